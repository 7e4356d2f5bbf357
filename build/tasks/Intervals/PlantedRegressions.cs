using System.Collections.Immutable;
using Kiln.Learning.Evaluating;
using Kiln.Learning.Evaluating.Resampling;
using Kiln.Learning.Gates;

namespace Kiln.Build.Intervals;

/// <summary>
/// Slices judged together, challenger beside champion, over and over: with one that became worse by a known size, and with none. In all other slices both are equally
/// good, which is the hardest case for false alarms.
/// </summary>
/// <param name="Metric">The metric's name.</param>
/// <param name="Shift">The challenger's shift in the slice that became worse; the champion's is <see cref="Champion"/>.</param>
/// <param name="LeastPower">The share of runs in which it must be caught; null where nothing is planted.</param>
sealed record PlantedRegressions(string Metric, double Shift, double? LeastPower)
{
    const double Champion = 1.8;
    const int Slices = 20;
    const int Rows = 1_000;
    const double PositiveShare = 0.1;
    const int Runs = 200;

    // 5 % for false alarms among all slices of a run.
    static readonly Gate Gate = new() { Requirement = Requirement.NoWorseThan("the champion", 0), Confidence = 0.9 };

    public static IEnumerable<PlantedRegressions> All =>
    [
        new("AUC ROC", Champion, null), new("AUC ROC", 1.42, 0.8),
        new("average precision", Champion, null), new("average precision", 1.42, 0.8),
    ];

    /// <summary>Plants and looks; the line says how often the slice was caught, and how often another was by mistake.</summary>
    public (bool Reached, string Line) Run(CancellationToken cancellation)
    {
        var (caught, falseAlarms) = (0, 0);
        var isPlanted = Shift != Champion;
        Parallel.For(0, Runs, new() { CancellationToken = cancellation }, number =>
        {
            var verdicts = Gate.JudgeTogether([.. Enumerable.Range(0, Slices).Select(slice => Measure(number, slice, isPlanted && slice == 0, cancellation))]);
            if (isPlanted && verdicts[0] is Verdict.Fail) Interlocked.Increment(ref caught);
            if (verdicts.Skip(isPlanted ? 1 : 0).Any(verdict => verdict is Verdict.Fail)) Interlocked.Increment(ref falseAlarms);
        });
        var alarms = $"false alarms in {(double)falseAlarms / Runs:0.0 %} of {Runs} runs";
        var isQuiet = falseAlarms <= (int)Math.Round((1 - Gate.Confidence) / 2 * Runs);
        var setting = $"{Metric}, {Slices} slices of {Rows:#,0} rows with about {Rows * PositiveShare:0} positives";
        if (!isPlanted) return (isQuiet, $"{setting}, none worse: {alarms}, of 5 % allowed: {(isQuiet ? "reached" : "NOT reached")}");
        var power = (double)caught / Runs;
        var reached = isQuiet && (LeastPower is not { } least || power >= least);
        return (reached, $"{setting}, one worse by {Lost():0.000}: caught in {power:0.0 %}{(LeastPower is { } wanted ? $" (wanted {wanted:0 %})" : "")}, {alarms}: {(reached ? "reached" : "NOT reached")}");
    }

    static ScoredWorld World(double challenger) => new() { Rows = Rows, PositiveShare = PositiveShare, Shift = challenger, OtherShift = Champion };

    Measured Measure(int number, int slice, bool isWorse, CancellationToken cancellation)
    {
        var metric = Learning.Evaluating.Metric.Parse(Metric);
        var (challenger, champion, units) = World(isWorse ? Shift : Champion).Draw(new Random((number * Slices) + slice));
        var result = new Bootstrap { Seed = number, Threads = 1 }.Run(Bootstrap.Difference(metric.Over(challenger), metric.Over(champion)), units, cancellation);
        return new($"slice {slice}", result, new(Rows, challenger.Labels.Span.Count(1)));
    }

    /// <summary>What the metric loses in the slice that became worse.</summary>
    double Lost()
    {
        var world = World(Shift);
        var (before, after) = (world.Truth(Champion), world.Truth(Shift));
        return Metric == "AUC ROC" ? before.AreaUnderRoc - after.AreaUnderRoc : before.AveragePrecision - after.AveragePrecision;
    }
}
