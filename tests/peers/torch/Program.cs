using System.Diagnostics;
using System.Globalization;
using Kiln.Torch;

// bench.py writes one line a request: "<batch> <seed>". The answer: "<wall seconds> <CPU seconds> <mean loss>" of one epoch
// that starts from the weights in the file. Everything is made new for each request, as peer.py does.
using var data = SafeTensors.Read(args[0]);
TorchRuntime.Threads = int.Parse(args[1], CultureInfo.InvariantCulture);
while (Console.ReadLine() is { } line)
{
    var request = line.Split(' ');
    var (wall, cpu, loss) = Epoch(int.Parse(request[0]), ulong.Parse(request[1]));
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{wall:F6} {cpu:F6} {loss:R}"));
}

(double Wall, double Cpu, double Loss) Epoch(int batch, ulong seed)
{
    var (inputs, targets, order) = (data.Tensors["x"], data.Tensors["y"], data.Tensors["order"]);
    using var model = new Sequential(
        new Linear(64, 256), new BatchNorm1d(256), new ReLU(), new Dropout(0.1),
        new Linear(256, 128), new BatchNorm1d(128), new ReLU(), new Dropout(0.1),
        new Linear(128, 10));
    model.LoadStateDict(data.Under("model."));
    using var criterion = new CrossEntropyLoss();
    using var optimizer = new Adam(model.Parameters);
    using var total = Tensor.Zeros([]);
    TorchRuntime.Seed(seed);
    var watch = Stopwatch.StartNew();
    var cpu = Environment.CpuUsage.TotalTime;
    var rows = order.Size(0);
    var batches = 0;
    for (var start = 0L; start < rows; start += batch, batches++)
    {
        using var scope = new TensorScope();
        var chosen = order.Narrow(0, start, Math.Min(batch, rows - start));
        optimizer.ZeroGrad();
        var loss = criterion.Forward(model.Forward(inputs.IndexSelect(0, chosen)), targets.IndexSelect(0, chosen));
        loss.Backward();
        optimizer.Step();
        total.AddInPlace(loss.Detach());
    }
    return (watch.Elapsed.TotalSeconds, (Environment.CpuUsage.TotalTime - cpu).TotalSeconds, total.Item() / batches);
}
