using System.Collections.Immutable;

namespace Kiln.Learning.Evaluating;

/// <summary>How many rows of each class score within one bin.</summary>
/// <param name="Above">The bin's lower edge, not part of it (but 0 belongs to the first bin).</param>
/// <param name="UpTo">The bin's upper edge, part of it.</param>
/// <param name="Negatives">Negatives in the bin.</param>
/// <param name="Positives">Positives in the bin.</param>
public readonly record struct ScoreBin(double Above, double UpTo, int Negatives, int Positives);

/// <summary>The distribution of scores, by class.</summary>
public static class ScoreHistogram
{
    /// <summary>Counts rows in bins of equal width over [0, 1]; empty bins are kept.</summary>
    public static ImmutableArray<ScoreBin> Of(ReadOnlySpan<double> scores, ReadOnlySpan<bool> labels, int bins = 40)
    {
        if (bins < 1) throw EvaluatingErrors.NotPositive("number of bins", bins);
        ScoredRows.CheckProbabilities(scores, labels);
        var counts = new (int Negatives, int Positives)[bins];
        for (var row = 0; row < scores.Length; row++)
        {
            ref var count = ref counts[Calibration.BinOf(scores[row], bins)];
            if (labels[row]) count.Positives++;
            else count.Negatives++;
        }
        return [.. counts.Select((count, bin) =>
            new ScoreBin(Calibration.Edge(bin, bins), Calibration.Edge(bin + 1, bins), count.Negatives, count.Positives))];
    }
}
