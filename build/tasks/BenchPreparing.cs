using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Kiln.Data;
using Kiln.Learning.Models;
using Kiln.Learning.Preparing;

namespace Kiln.Build;

/// <summary>Columns of a million rows prepared by Kiln and by scikit-learn, in turn: the same values, and how long it took.</summary>
[TaskDescription("Benchmark: preparing columns against scikit-learn (python3-sklearn, python3-pandas).")]
sealed class BenchPreparing : Stage
{
    const int Rows = 1_000_000;
    const int Rounds = 3;
    const double Tolerance = 1e-6;
    static readonly string[] Numbers = ["n0", "n1", "n2", "n3"];

    protected override async Task RunAsync(StageRun run)
    {
        var folder = Directory.CreateTempSubdirectory("kiln-bench-").FullName;
        try
        {
            var examples = Write(folder);
            var (ratios, kiln) = (new Dictionary<string, List<double>>(), new Dictionary<string, List<double>>());
            // Until the runtime has compiled what is called often.
            for (var warm = 0; warm < 3; warm++)
                foreach (var (_, preparation) in Steps()) preparation.FitApply(examples);
            for (var round = 0; round < Rounds; round++)
            {
                var peer = await PeerAsync(folder, keep: round == 0, run.Cancellation);
                foreach (var (name, preparation) in Steps())
                {
                    // What the last step left is collected before the clock starts, as Python's counts of references do at once.
                    GC.Collect();
                    var clock = Stopwatch.StartNew();
                    var (fitted, training) = preparation.FitApply(examples);
                    var seconds = clock.Elapsed.TotalSeconds;
                    Listed(kiln, name).Add(seconds);
                    Listed(ratios, name).Add(peer[name] / seconds);
                    if (round == 0) Compare(name, training.Rows, fitted.Apply(examples.Columns), Path.Combine(folder, name + ".bin"));
                }
            }
            foreach (var (name, pairs) in ratios)
                run.Conclude($"{name}: {BenchSpace.Median(kiln[name]) * 1000:0} ms; scikit-learn {BenchSpace.Median(pairs):0.0} times as long (pairs {pairs.Min():0.0} to {pairs.Max():0.0}); the same values to {Tolerance}");
            RowByRow(run, examples);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    static IEnumerable<(string Name, Preparation Preparation)> Steps()
    {
        var numbers = Prepare.Numbers([.. Numbers]);
        yield return ("standardize", new(numbers.Standardize()));
        yield return ("robust", new(numbers.RobustScale()));
        yield return ("minMax", new(numbers.MinMax()));
        yield return ("impute", new(numbers.Impute(Fill.Median)));
        yield return ("quantile", new(numbers.Quantile(normal: true)));
        yield return ("oneHot", new(Prepare.Categories("c0").OneHot()));
        yield return ("ordinal", new(Prepare.Categories("c0", "c1").Ordinal()));
        yield return ("target", new(Prepare.Categories("c1").TargetEncode(folds: 5, smoothing: 10)));
        yield return ("table", Table());
    }

    static Preparation Table() => new(
        Prepare.Numbers("n0", "n1").Impute(Fill.Median).Standardize(),
        Prepare.Numbers("n2").RobustScale(),
        Prepare.Numbers("n3").Quantile(normal: true),
        Prepare.Categories("c0").OneHot(),
        Prepare.Categories("c1").TargetEncode(folds: 5, smoothing: 10));

    static Examples Write(string folder)
    {
        var random = new Random(7);
        double[] Some(Func<double> value) => [.. Enumerable.Range(0, Rows).Select(_ => random.Next(20) == 0 ? double.NaN : value())];
        double[][] numbers =
        [
            Some(() => 40 + 12 * (random.NextDouble() + random.NextDouble() - random.NextDouble())),
            Some(() => random.Next(100)),
            Some(() => Math.Exp(10 * random.NextDouble())),
            Some(() => Math.Tan(3 * (random.NextDouble() - 0.5))),
        ];
        int[][] codes = [[.. Enumerable.Range(0, Rows).Select(_ => random.Next(10))], [.. Enumerable.Range(0, Rows).Select(_ => (int)(1000 * Math.Pow(random.NextDouble(), 2)))]];
        float[] labels = [.. Enumerable.Range(0, Rows).Select(row => random.Next(1000) < codes[1][row] ? 1f : 0)];
        File.WriteAllBytes(Path.Combine(folder, "numbers.bin"), MemoryMarshal.AsBytes<double>(numbers.SelectMany(column => column).ToArray()));
        File.WriteAllBytes(Path.Combine(folder, "categories.bin"), MemoryMarshal.AsBytes<int>(codes.SelectMany(column => column).ToArray()));
        File.WriteAllBytes(Path.Combine(folder, "labels.bin"), MemoryMarshal.AsBytes<float>(labels));
        var names = Enumerable.Range(0, 1000).Select(code => (string?)$"value {code}").ToArray();
        return new()
        {
            Columns = TableColumns.Of(
            [
                .. numbers.Select((column, place) => Column.Of<double>(Numbers[place], column)),
                .. codes.Select((column, place) => Column.Texts("c" + place, Array.ConvertAll(column, code => names[code]))),
            ]),
            Target = Target.Binary("label"),
            Labels = labels,
        };
    }

    static async Task<Dictionary<string, double>> PeerAsync(string folder, bool keep, CancellationToken cancellation)
    {
        var lines = new List<string>();
        string[] arguments = ["tests/peers/preparing/scikit_preparing.py", folder, .. keep ? new[] { "--keep" } : []];
        if (await Shell.RunAsync("/usr/bin/python3", arguments, lines.Add, cancellation) != 0)
            throw new KilnException("The scikit-learn peer failed:", [("printed", string.Join('\n', lines))], "Install python3-sklearn and python3-pandas.");
        return lines.Select(line => line.Split(' ')).ToDictionary(parts => parts[0], parts => double.Parse(parts[1], CultureInfo.InvariantCulture));
    }

    static void Compare(string name, int rows, FeatureMatrix made, string file)
    {
        var expected = MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(file));
        var found = made.Values.Span;
        if (rows != Rows || expected.Length != found.Length) throw Different(name, $"{found.Length} values for {expected.Length}");
        // Kiln's known values are numbered from 2.
        var shift = name == "ordinal" ? 2 : 0;
        for (var i = 0; i < found.Length; i++)
        {
            var (one, other) = (found[i] - shift, expected[i]);
            if (!(Math.Abs(one - other) <= Tolerance * Math.Max(1, Math.Abs(other))) && !(float.IsNaN(one) && float.IsNaN(other)))
                throw Different(name, $"{one} for {other} in row {i / made.Columns}, feature {made.Features[i % made.Columns].Name}");
        }
    }

    static void RowByRow(StageRun run, Examples examples)
    {
        var fitted = Table().FitApply(examples).Fitted;
        var (row, features) = (fitted.NewRow(), new float[fitted.Features.Length]);
        var text = ((TextColumn)examples.Columns["c1"]).Values.Span[1];
        var times = new List<double>();
        for (var round = 0; round < 20; round++)
        {
            var clock = Stopwatch.StartNew();
            for (var i = 0; i < 10_000; i++)
            {
                for (var number = 0; number < 4; number++) row.Set(number, number + i * 0.001);
                row.Set(4, "value 3");
                row.Set(5, text);
                fitted.Apply(row, features);
            }
            times.Add(clock.Elapsed.TotalMicroseconds / 10_000);
        }
        run.Conclude($"a row of that table on its own: {BenchSpace.Median(times):0.00} µs");
    }

    static List<double> Listed(Dictionary<string, List<double>> lists, string name) => lists.TryGetValue(name, out var list) ? list : lists[name] = [];

    static KilnException Different(string name, string difference) =>
        new("Kiln and scikit-learn do not agree:", [("step", name), ("difference", difference)], "Look at what the step computes.");
}
