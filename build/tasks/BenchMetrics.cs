using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.RegularExpressions;
using Kiln.Learning.Evaluating;

namespace Kiln.Build;

/// <summary>Every metric beside scikit-learn's: on random cases with ties, weights and one class only, then on ten million rows against the clock.</summary>
[TaskDescription("Benchmark: metrics against scikit-learn (python3-sklearn, python3-pandas).")]
sealed partial class BenchMetrics : Stage
{
    const string Peer = "tests/peers/metrics/scikit_metrics.py";
    const int CasesOfEachKind = 1_000;
    const int Rows = 10_000_000;
    const int Rounds = 3;
    static readonly string[] Timed = ["AUC ROC", "average precision"];

    protected override async Task RunAsync(StageRun run)
    {
        var folder = Directory.CreateTempSubdirectory("kiln-bench-").FullName;
        try
        {
            await CompareAsync(run, folder);
            await RaceAsync(run, folder);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    static async Task CompareAsync(StageRun run, string folder)
    {
        var cases = new MetricCases(seed: 5).Make(CasesOfEachKind).ToList();
        var (asked, answered) = (Path.Combine(folder, "cases.json"), Path.Combine(folder, "answers.json"));
        await File.WriteAllTextAsync(asked, JsonSerializer.Serialize(cases, MetricCase.Json));
        await AskAsync([asked, answered], run.Cancellation);
        var answers = JsonSerializer.Deserialize<Dictionary<string, PeerAnswer>[]>(await File.ReadAllTextAsync(answered), MetricCase.Json)!;

        var compared = cases.Zip(answers).SelectMany((pair, number) => pair.First.Metrics.Select(name => new Compared(name, number, pair.First, pair.Second[name]))).ToList();
        foreach (var metric in compared.GroupBy(one => $"{one.Case.Task}: {AnyNumber().Replace(one.Name, "@k")}"))
        {
            var count = metric.CountBy(one => one.Result.Verdict).ToDictionary();
            run.Conclude($"{metric.Key}: {metric.Count():#,0} cases, {count.GetValueOrDefault(MetricCase.Verdict.RefusedByBoth)} refused by both, "
                + $"{count.GetValueOrDefault(MetricCase.Verdict.RefusedWhereWarned)} refused where scikit-learn warns, worst difference {metric.Max(one => one.Result.Difference):0.0e+0}");
        }
        run.Conclude($"{compared.Select(one => (one.Case.Task, AnyNumber().Replace(one.Name, "@k"))).Distinct().Count()} figures of {cases.Count:#,0} cases");
        var different = compared.Where(one => one.Result.Verdict == MetricCase.Verdict.Different).ToList();
        if (different is [var first, ..])
            throw Different(different.Count, first.Name, $"case {first.Number}, {first.Peer}: {first.Result.Difference}", JsonSerializer.Serialize(first.Case, MetricCase.Json));
    }

    static async Task RaceAsync(StageRun run, string folder)
    {
        var rows = MillionsOfRows(folder);
        foreach (var name in Timed) Metric.Parse(name).Of(rows); // until the runtime has compiled what is called often
        var (seconds, ratios) = (Timed.ToDictionary(name => name, _ => new List<double>()), Timed.ToDictionary(name => name, _ => new List<double>()));
        for (var round = 0; round < Rounds; round++)
        {
            foreach (var line in await AskAsync(["--time", folder], run.Cancellation))
            {
                var parts = line.Split('\t');
                var (name, value, peer) = (parts[0], double.Parse(parts[1], CultureInfo.InvariantCulture), double.Parse(parts[2], CultureInfo.InvariantCulture));
                // What the last one left is collected before the clock starts, as Python's counts of references do at once.
                GC.Collect();
                var clock = Stopwatch.StartNew();
                var own = Metric.Parse(name).Of(rows);
                seconds[name].Add(clock.Elapsed.TotalSeconds);
                ratios[name].Add(peer / clock.Elapsed.TotalSeconds);
                if (!(Math.Abs(own - value) <= MetricCase.Tolerance)) throw Different(1, name, $"{own:R} for {value:R}", $"{Rows:N0} rows");
            }
        }
        foreach (var name in Timed)
            run.Conclude($"{name} of {Rows:#,0} rows: {BenchSpace.Median(seconds[name]):0.00} s ({seconds[name].Min():0.00} to {seconds[name].Max():0.00}); "
                + $"scikit-learn {BenchSpace.Median(ratios[name]):0.0} times as long (pairs {ratios[name].Min():0.0} to {ratios[name].Max():0.0}); the same to {MetricCase.Tolerance}");
    }

    /// <summary>Scores of full precision, one row in a hundred positive; also as files for the peer.</summary>
    static JudgedRows MillionsOfRows(string folder)
    {
        var random = new Random(3);
        var (scores, labels) = (new double[Rows], new bool[Rows]);
        for (var row = 0; row < Rows; row++)
        {
            labels[row] = random.Next(100) == 0;
            scores[row] = labels[row] ? Math.Sqrt(random.NextDouble()) : random.NextDouble();
        }
        File.WriteAllBytes(Path.Combine(folder, "scores.bin"), MemoryMarshal.AsBytes<double>(scores));
        File.WriteAllBytes(Path.Combine(folder, "labels.bin"), MemoryMarshal.AsBytes<bool>(labels));
        return JudgedRows.Of(scores, labels);
    }

    static async Task<List<string>> AskAsync(string[] arguments, CancellationToken cancellation)
    {
        var lines = new List<string>();
        if (await Shell.RunAsync("/usr/bin/python3", [Peer, .. arguments], lines.Add, cancellation) != 0)
            throw new KilnException("The scikit-learn peer failed:", [("printed", string.Join('\n', lines))], "Install python3-sklearn and python3-pandas.");
        return lines;
    }

    static KilnException Different(int count, string metric, string difference, string rows) => new(
        "Kiln and scikit-learn do not agree:", [("cases", $"{count:N0}"), ("metric", metric), ("difference", difference), ("rows", rows)], "Look at what the metric computes.");

    /// <summary>One metric of one case.</summary>
    sealed record Compared(string Name, int Number, MetricCase Case, PeerAnswer Peer)
    {
        public MetricCase.Comparison Result { get; } = Case.Compare(Name, Peer);
    }

    [GeneratedRegex("@[0-9.]+")]
    private static partial Regex AnyNumber();
}
