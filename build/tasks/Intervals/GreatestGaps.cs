using Kiln.Data;
using Kiln.Learning.Evaluating;
using Kiln.Learning.Evaluating.Resampling;
using Kiln.Learning.Fairness;
using Kiln.Learning.Models;

namespace Kiln.Build.Intervals;

/// <summary>
/// Values that are distances or the greatest of several differences: chance alone makes them greater, so their intervals are widened. Where the truth is no distance at all, an
/// estimate can only lie above it: that is shown, not promised.
/// </summary>
static class GreatestGaps
{
    public static IEnumerable<Coverage> All()
    {
        foreach (var (rows, shift) in new[] { (2_000, 0.1), (10_000, 0.05), (10_000, 0.02), (10_000, 0.0) }) yield return CalibrationError(rows, shift, mustHold: shift >= 0.05);
        yield return EqualOpportunity(4_000, [0.7, 0.6], mustHold: true);
        yield return EqualOpportunity(8_000, [0.7, 0.68, 0.65, 0.6], mustHold: true);
        yield return EqualOpportunity(4_000, [0.7, 0.7], mustHold: false);
    }

    /// <summary>Every probability is too low by the same amount: that is the distance in every bin.</summary>
    static Coverage CalibrationError(int rows, double shift, bool mustHold) => new($"expected calibration error of {shift:0.00}, {rows:#,0} rows", shift, random =>
    {
        var (scores, labels) = (new double[rows], new bool[rows]);
        for (var row = 0; row < rows; row++)
        {
            scores[row] = 0.05 + (0.8 * random.NextDouble());
            labels[row] = random.NextDouble() < scores[row] + shift;
        }
        return (Metric.Parse("expected calibration error").Over(JudgedRows.Of(scores, labels)), ResamplingUnits.OfRows(rows));
    }, mustHold, IsWidened: true);

    /// <summary>Groups of equal size, a fifth of each positive, with true positive rates of their own.</summary>
    static Coverage EqualOpportunity(int rows, double[] rates, bool mustHold) => new($"equal opportunity difference of {rates[0] - rates[^1]:0.0} between {rates.Length} groups, {rows:#,0} rows", rates[0] - rates[^1], random =>
    {
        var (scores, labels, groups) = (new double[rows], new bool[rows], new string?[rows]);
        for (var row = 0; row < rows; row++)
        {
            var group = random.Next(rates.Length);
            groups[row] = $"g{group}";
            labels[row] = random.NextDouble() < 0.2;
            scores[row] = random.NextDouble() < (labels[row] ? rates[group] : 0.1) ? 1 : 0;
        }
        var told = GroupRates.Of(TableColumns.Of([Column.Texts("group", groups)]), JudgedRows.Of(scores, labels), new() { Column = "group" });
        return (told.Over(FairnessMeasure.EqualOpportunityDifference), ResamplingUnits.OfRows(rows));
    }, mustHold, IsWidened: true);
}
