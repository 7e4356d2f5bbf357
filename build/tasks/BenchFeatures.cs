using System.Diagnostics;
using System.Globalization;
using Kiln.Data;
using Kiln.Pipelines.Fraud;

namespace Kiln.Build;

/// <summary>The 15 features of all transactions, against pandas doing the same, in one run.</summary>
[TaskDescription("Benchmark: the 15 features of all transactions against pandas (KILN_TEST_DATA, python3-pandas).")]
sealed class BenchFeatures : Stage
{
    const int Rounds = 5;

    protected override async Task RunAsync(StageRun run)
    {
        var folder = TrialData.Folder(TrialData.Transactions);
        using var space = new BenchSpace();
        await space.RunAsync(run.Cancellation, "--target", "Ingest", "--set", "source.path=" + folder);
        var days = Table.Of(Directory.EnumerateFiles(Path.Combine(space.Root, "data/fraud/transactions")).Order(StringComparer.Ordinal));

        var (computing, whole) = (new List<double>(), new List<double>());
        var output = Table.At(Path.Combine(space.Root, "features.parquet"));
        for (var i = 0; i < Rounds; i++)
        {
            var clock = Stopwatch.StartNew();
            var events = TransactionEvents.Read(days);
            var read = clock.Elapsed;
            var features = FraudFeatures.Set.Compute(events);
            computing.Add((clock.Elapsed - read).TotalSeconds);
            TransactionEvents.Write(output, events, features);
            whole.Add(clock.Elapsed.TotalSeconds);
        }

        var lines = new List<string>();
        if (await Shell.RunAsync("/usr/bin/python3", ["tests/peers/features/pandas_features.py", folder], lines.Add, run.Cancellation) != 0)
            throw new KilnException("The pandas peer failed:", [("printed", string.Join('\n', lines))], "Install python3-pandas.");
        foreach (var line in lines) run.Note("pandas: " + line);
        var pandas = double.Parse(lines.Last(line => line.StartsWith("seconds ", StringComparison.Ordinal)).Split(' ')[1], CultureInfo.InvariantCulture);
        var (compute, all) = (BenchSpace.Median(computing), BenchSpace.Median(whole));
        run.Conclude($"15 features of {days.RowCount:#,0} rows: {compute:0.00} s to compute, {all:0.00} s with reading and writing Parquet (medians of {Rounds})");
        run.Conclude($"pandas, computing alone: {pandas:0.0} s: {pandas / compute:0}× Kiln's computing, {pandas / all:0}× Kiln's whole stage");
    }
}
