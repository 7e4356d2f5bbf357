using Kiln.Learning.Evaluating;
using Kiln.Learning.Evaluating.Resampling;

namespace Kiln.Build.Intervals;

/// <summary>How often intervals hold a value that is known, over many samples of one world.</summary>
/// <param name="Name">What is measured, on how many rows.</param>
/// <param name="Truth">The known value.</param>
/// <param name="Sample">Draws a sample.</param>
/// <param name="MustHold">Whether the coverage must be near the confidence: false where it is shown that so few rows are too few.</param>
/// <param name="IsWidened">Whether the interval is at least as wide as the percentiles: then it may hold the value more often than it says.</param>
sealed record Coverage(string Name, double Truth, Func<Random, (Statistic Statistic, ResamplingUnits Units)> Sample, bool MustHold = true, bool IsWidened = false)
{
    public const double Confidence = 0.95;
    const int Simulations = 1_000;
    const int Resamples = 1_000;
    const double Tolerance = 0.015;

    public static IEnumerable<Coverage> All()
    {
        yield return Mean(400);
        yield return Rmse(1_000);
        foreach (var coverage in GreatestGaps.All()) yield return coverage;
        // With few positives the tails are those of few rows: shown, not promised.
        foreach (var (rows, share) in new[] { (1_000, 0.05), (1_000, 0.1), (2_000, 0.1), (4_000, 0.1) })
            foreach (var coverage in Ranked(new() { Rows = rows, PositiveShare = share }, "", mustHold: rows * share >= 200)) yield return coverage;
        foreach (var rows in new[] { 4_000, 8_000 })
        {
            foreach (var coverage in Ranked(new() { Rows = rows, PositiveShare = 0.1, IsStratified = true }, ", drawn by class", mustHold: rows == 8_000)) yield return coverage;
            var clustered = new ScoredWorld { Rows = rows, PositiveShare = 0.1, RowsPerCluster = 10, ClusterShare = 0.5 };
            foreach (var coverage in Ranked(clustered, $" in {rows / 10:#,0} clusters", mustHold: rows == 8_000)) yield return coverage;
        }
    }

    /// <summary>Measures the coverage, and whether it holds, null where that is not promised; the line says how often the value lay below and above the interval, and what simpler intervals reach.</summary>
    public (bool? Reached, string Line) Run(CancellationToken cancellation)
    {
        var (below, above, percentile, normal, undefined) = (0, 0, 0, 0, 0);
        Parallel.For(0, Simulations, new() { CancellationToken = cancellation }, number =>
        {
            var (statistic, units) = Sample(new Random(number));
            var bootstrap = new Bootstrap { Resamples = Resamples, Seed = number, Threads = 1, MostUndefined = 0.05, IsWidened = IsWidened };
            if (bootstrap.Run(statistic, units, cancellation) is not BootstrapResult.Distribution distribution)
            {
                Interlocked.Increment(ref undefined);
                return;
            }
            var interval = distribution.Interval(Confidence);
            if (Truth < interval.Lower) Interlocked.Increment(ref below);
            if (Truth > interval.Upper) Interlocked.Increment(ref above);
            var tail = (int)((1 - Confidence) / 2 * distribution.Values.Length);
            if (Truth >= distribution.Values[tail] && Truth <= distribution.Values[^(tail + 1)]) Interlocked.Increment(ref percentile);
            if (Math.Abs(Truth - distribution.Estimate) <= 1.96 * distribution.StandardError) Interlocked.Increment(ref normal);
        });
        var coverage = 1 - ((double)(below + above + undefined) / Simulations);
        var reached = coverage >= Confidence - Tolerance && (IsWidened || coverage <= Confidence + Tolerance);
        return (MustHold ? reached : null, $"{Name}: {coverage:0.0 %} (true value below in {below / 10.0:0.0} %, above in {above / 10.0:0.0} %; percentile {percentile / 10.0:0.0} %, normal {normal / 10.0:0.0} %"
            + $"{(undefined > 0 ? $", undefined {undefined / 10.0:0.0} %" : "")}): {(reached ? "held" : MustHold ? "NOT held" : "not promised")}");
    }

    static IEnumerable<Coverage> Ranked(ScoredWorld world, string drawn, bool mustHold)
    {
        var size = $"{world.Rows:#,0} rows, {world.Rows * world.PositiveShare:0} positives{drawn}";
        var (one, other) = (world.Truth(world.Shift), world.Truth(world.OtherShift));
        foreach (var (name, truth, otherTruth) in new[] { ("AUC ROC", one.AreaUnderRoc, other.AreaUnderRoc), ("average precision", one.AveragePrecision, other.AveragePrecision) })
        {
            var metric = Metric.Parse(name);
            yield return new($"{name}, {size}", truth, random =>
            {
                var (rows, _, units) = world.Draw(random);
                return (metric.Over(rows), units);
            }, mustHold);
            yield return new($"difference of {name}, {size}", truth - otherTruth, random =>
            {
                var (rows, otherRows, units) = world.Draw(random);
                return (Bootstrap.Difference(metric.Over(rows), metric.Over(otherRows)), units);
            }, mustHold);
        }
    }

    static Coverage Mean(int rows) => new($"mean of exponential values, {rows:#,0} rows", 1, random =>
    {
        double[] values = [.. Enumerable.Range(0, rows).Select(_ => -Math.Log(1 - random.NextDouble()))];
        return (weights => WeightedMean(values, weights), ResamplingUnits.OfRows(rows));
    });

    /// <summary>Errors of two models: normal, with deviations of 1 and 1.1 that correlate by 0.9.</summary>
    static Coverage Rmse(int rows) => new($"difference of RMSE, {rows:#,0} rows", -0.1, random =>
    {
        double[] one = new double[rows], other = new double[rows];
        for (var row = 0; row < rows; row++)
        {
            var (common, own) = ScoredWorld.Normals(random);
            one[row] = common * common;
            other[row] = 1.21 * Math.Pow((0.9 * common) + (Math.Sqrt(0.19) * own), 2);
        }
        return (weights => Math.Sqrt(WeightedMean(one, weights)) - Math.Sqrt(WeightedMean(other, weights)), ResamplingUnits.OfRows(rows));
    });

    static double WeightedMean(double[] values, ReadOnlySpan<double> weights)
    {
        var (sum, total) = (0.0, 0.0);
        for (var row = 0; row < values.Length; row++)
        {
            sum += weights[row] * values[row];
            total += weights[row];
        }
        return sum / total;
    }
}
