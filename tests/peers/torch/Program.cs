using System.Diagnostics;
using System.Globalization;
using Kiln.Torch;

// bench.py writes one line a request: "<way> <network> <batch> <seed>". The answer: "<wall seconds> <CPU seconds> <mean loss>" of one epoch
// that starts from the weights in the network's file. Everything is made new for each request, as peer.py does.
// With "memory" alone: 20,000 steps of a small network, and what they left behind.
if (args is ["memory"]) return MemoryTrial.Run(20_000);

var known = new Dictionary<string, SafeTensorsFile>(StringComparer.Ordinal);
TorchRuntime.Threads = int.Parse(args[1], CultureInfo.InvariantCulture);
while (Console.ReadLine() is { } line)
{
    var request = line.Split(' ');
    if (!known.TryGetValue(request[1], out var data)) known.Add(request[1], data = SafeTensors.Read(Path.Combine(args[0], request[1] + ".safetensors")));
    var (wall, cpu, loss) = Epoch(data, request[1], int.Parse(request[2]), ulong.Parse(request[3]));
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{wall:F6} {cpu:F6} {loss:R}"));
}
return 0;

static (double Wall, double Cpu, double Loss) Epoch(SafeTensorsFile data, string name, int batch, ulong seed)
{
    using var model = Network.Make(name);
    model.Load(data);
    var (columns, targets, order) = (model.Inputs.Select(input => data.Tensors[input]).ToArray(), data.Tensors["y"], data.Tensors["order"]);
    using var criterion = model.Criterion();
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
        var inputs = Array.ConvertAll(columns, column => column.IndexSelect(0, chosen));
        var loss = criterion.Forward(model.Forward(inputs), targets.IndexSelect(0, chosen));
        loss.Backward();
        optimizer.Step();
        total.AddInPlace(loss.Detach());
    }
    return (watch.Elapsed.TotalSeconds, (Environment.CpuUsage.TotalTime - cpu).TotalSeconds, total.Item() / batches);
}
