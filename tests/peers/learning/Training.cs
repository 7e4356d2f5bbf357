using System.Globalization;
using Kiln.Learning.Models;
using Kiln.Learning.Networks;
using Kiln.Learning.Preparing;
using Kiln.Learning.Training;
using Kiln.Torch;

/// <summary>Epochs of Kiln's trainer over rows in memory.</summary>
static class Training
{
    const int Seed = 1;

    // Values that eight columns of categories can have, unseen and missing ones among them; networks.py has the same.
    static readonly int[] counts = [10, 20, 50, 5, 100, 12, 7, 30];

    static readonly Dictionary<string, FitRows> known = [];

    /// <summary>Makes a network's rows, and writes for the other side: the rows, their order in the first epoch, the weights at the start.</summary>
    public static string Make(string folder, string network, int count)
    {
        var rows = known[network] = Rows(network, count);
        TorchRuntime.Seed(Seed);
        using var scope = new TensorScope();
        var layout = new NetworkLayout(rows.Features.Features);
        using var start = Architectures.Make(Settings(network), new() { Features = rows.Features.Features, Target = rows.Target }, null);
        var input = layout.ToInput(rows.Features.Values.Span, Device.Cpu);
        var tensors = start.StateDict().ToDictionary(pair => "model." + pair.Key, pair => pair.Value, StringComparer.Ordinal);
        tensors.Add("order", Tensor.From<long>(new RowOrder(Seed, 0).Of(count)));
        tensors.Add("y", LabelScale.None.ToTensor(rows.Labels.Span, rows.Target.Task, Device.Cpu));
        if (input.Numbers is { } numbers) tensors.Add("x", numbers);
        if (input.Categories is { } categories) tensors.Add("codes", categories);
        SafeTensors.Write(Path.Combine(folder, network + ".safetensors"), tensors);
        return "made";
    }

    /// <summary>Seconds of one epoch, wall and processor time, and the mean loss of the first.</summary>
    public static string Epoch(string way, string network, int batch, string device)
    {
        var settings = Settings(network);
        var rows = known[network];
        var course = settings.Training with
        {
            BatchSize = batch,
            Device = device,
            Deterministic = way == "deterministic",
            CudaGraphs = way == "graphs",
            // The first epoch of a fit records: the second is like all that follow.
            Epochs = way == "graphs" ? 2 : 1,
        };
        var (predictor, record) = new NetworkEstimator(settings with { Training = course }).Fit(rows, null, new());
        predictor.Dispose();
        var resources = record.Epochs[^1].Resources!;
        return string.Create(CultureInfo.InvariantCulture, $"{rows.Rows / resources.RowsPerSecond:F6} {resources.ProcessorSeconds:F6} {record.Epochs[0].TrainingLoss:R}");
    }

    /// <summary>Memory over 20,000 steps; 1 where it grew by 16 MiB or more after the first tenth.</summary>
    public static int Memory()
    {
        var rows = Rows("small", 64_000);
        var settings = Settings("small");
        var resident = new List<long>();
        var options = new FitOptions { OnEpoch = Note };
        new NetworkEstimator(settings with { Training = settings.Training with { BatchSize = 64, Epochs = 20 } }).Fit(rows, null, options).Predictor.Dispose();
        var grown = resident[^1] - resident[1];
        Console.WriteLine($"grown by {grown >> 10} KiB since step 2000");
        return grown < 16 << 20 ? 0 : 1;

        void Note(EpochRecord epoch)
        {
            resident.Add(epoch.Resources!.MemoryBytes);
            Console.WriteLine($"step {epoch.Epoch * 1000,6}  {epoch.Resources.MemoryBytes >> 10,8} KiB");
        }
    }

    static NetworkSettings Settings(string network) => network switch
    {
        "small" => new() { FeedForward = new() { Hidden = [64, 64, 64], Dropout = 0 }, Training = training },
        "categorical" => new() { FeedForward = new() { Hidden = [64, 64], Dropout = 0, EmbeddingDimensions = 8 }, Training = training },
        "wide" => new() { FeedForward = new() { Hidden = [512, 512, 512], Dropout = 0 }, Training = training },
        "transformer" => new() { FtTransformer = new() { AttentionDropout = 0, FeedForwardDropout = 0 }, Training = training },
        "convolutional" => new() { Convolutional = new() { Dropout = 0 }, Training = training },
        _ => throw new ArgumentException($"no network {network}", nameof(network)),
    };

    static readonly TrainingSettings training = new() { Epochs = 1, Seed = Seed, Device = "cpu" };

    static FitRows Rows(string network, int count)
    {
        var random = new Random(Seed);
        var numbers = network switch { "convolutional" => 784, "wide" or "transformer" => 50, _ => 15 };
        var categories = network == "categorical" ? counts : [];
        var width = numbers + categories.Length;
        var values = new float[count * width];
        var labels = new float[count];
        for (var row = 0; row < count; row++)
        {
            var of = values.AsSpan(row * width, width);
            for (var i = 0; i < numbers; i++) of[i] = (random.NextSingle() * 4) - 2;
            for (var i = 0; i < categories.Length; i++) of[numbers + i] = random.Next(categories[i]);
            labels[row] = of[0] + (of[1] * of[2]) > 0.5 ? 1 : 0;
        }
        return new()
        {
            Features = new(
            [
                .. Enumerable.Range(0, numbers).Select(number => new Feature { Name = $"x{number}" }),
                .. categories.Select((size, number) => new Feature { Name = $"c{number}", Kind = FeatureKind.Category, Categories = size }),
            ], values),
            Labels = labels,
            Target = Target.Binary("y"),
        };
    }
}
