using System.Text.Json;

namespace Kiln.Build;

/// <summary>Every candidate of the fraud pipeline on the published transactions, over the validation weeks and the test weeks, beside the published figures.</summary>
[TaskDescription("Benchmark: the fraud candidates on the published transactions, beside the published figures (KILN_TEST_DATA).")]
sealed class BenchFraud : Stage
{
    static readonly string[] Measures = ["AUC ROC", "average precision", "card precision@100"];

    /// <summary>What must be reached on the test weeks: the published row less its standard deviation, and for the best more than every row.</summary>
    static readonly Dictionary<string, double[]> Wanted = new()
    {
        ["logistic"] = [0.848, 0.603, 0.287],
        ["xgboost"] = [0.859, 0.677, 0.293],
        ["network"] = [0.866, 0.665, 0.283],
        ["blend"] = [0.878, 0.700, 0.307],
    };

    protected override async Task RunAsync(StageRun run)
    {
        var source = "source.path=" + TrialData.Folder(TrialData.Transactions);
        using var space = new BenchSpace();
        await space.RunAsync(run.Cancellation, "--pipeline", "fraud", "--target", "CompareCandidates", "--set", source);
        foreach (var weeks in new[] { "validation", "test" })
        {
            using var comparison = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(space.Root, $"reports/fraud/{weeks}/comparison.json")));
            foreach (var candidate in comparison.RootElement.GetProperty("candidates").EnumerateArray())
                run.Conclude(Describe(weeks, candidate.GetProperty("name").GetString()!, candidate.GetProperty("mean"), candidate.GetProperty("deviation")));
        }

        await space.RunAsync(run.Cancellation, "--target", "Split", "--force", "--set", source, "--set", "train.model=logistic");
        var (_, record) = await space.RunAsync(run.Cancellation, "show", "last");
        foreach (var line in record.Split('\n').Where(line => line.StartsWith("Split", StringComparison.Ordinal) && (line.Contains(" rows") || line.Contains(" frauds"))))
            run.Conclude(line.TrimEnd());
    }

    static string Describe(string weeks, string name, JsonElement mean, JsonElement deviation)
    {
        var figures = Measures.Select(measure => mean.GetProperty(measure).GetDouble()).ToArray();
        var text = $"{weeks} weeks, {name}: " + string.Join(", ", Measures.Select((measure, i) => $"{measure} {figures[i]:0.0000} ± {deviation.GetProperty(measure).GetDouble():0.000}"));
        if (weeks != "test" || !Wanted.TryGetValue(name, out var wanted)) return text;
        return $"{text}; wanted {string.Join(", ", wanted.Select(figure => $"{figure:0.000}"))}: {(figures.Zip(wanted, (figure, least) => figure >= least).All(reached => reached) ? "reached" : "NOT reached")}";
    }
}
