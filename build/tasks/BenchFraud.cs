using System.Text.Json;

namespace Kiln.Build;

/// <summary>The default network on the published transactions, three seeds, beside the published figures.</summary>
[TaskDescription("Benchmark: the fraud model on the published transactions, 3 seeds, beside the published figures (KILN_TEST_DATA).")]
sealed class BenchFraud : Stage
{
    static readonly (string Name, double Published)[] Measures = [("AUC ROC", 0.864), ("average precision", 0.653), ("card precision@100", 0.286)];

    protected override async Task RunAsync(StageRun run)
    {
        var source = "source.path=" + PublishedTransactions.Folder();
        using var space = new BenchSpace();
        var figures = new List<double[]>();
        for (var seed = 1; seed <= 3; seed++)
        {
            await space.RunAsync(run.Cancellation, "--target", "Evaluate", "--set", source, "--set", $"train.seed={seed}");
            figures.Add(Read(Path.Combine(space.Root, "reports/fraud/metrics.json")));
            run.Conclude($"seed {seed}: " + string.Join(", ", Measures.Zip(figures[^1], (measure, value) => $"{measure.Name} {value:0.0000}")));
        }

        await space.RunAsync(run.Cancellation, "--target", "Split", "--force", "--set", source);
        var (_, record) = await space.RunAsync(run.Cancellation, "show", "last");
        foreach (var line in record.Split('\n').Where(line => line.StartsWith("Split", StringComparison.Ordinal) && (line.Contains(" rows") || line.Contains(" frauds"))))
            run.Conclude(line.TrimEnd());
        foreach (var ((name, published), i) in Measures.Select((measure, i) => (measure, i)))
        {
            var mean = figures.Average(values => values[i]);
            run.Conclude($"mean {name}: {mean:0.0000}, published {published:0.000}: {(mean >= published ? "reached" : "NOT reached")}");
        }
    }

    static double[] Read(string metrics)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(metrics));
        var transactions = document.RootElement.GetProperty("transactions");
        var cards = document.RootElement.GetProperty("cards");
        return [transactions.GetProperty("areaUnderRoc").GetDouble(), transactions.GetProperty("averagePrecision").GetDouble(), cards.GetProperty("mean").GetDouble()];
    }
}
