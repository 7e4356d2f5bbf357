using System.Collections.Immutable;

namespace Kiln.Learning.Evaluating;

/// <summary>Rows whose scores fall into one bin: what was predicted, and what came.</summary>
public sealed record CalibrationBin
{
    /// <summary>The bin's lower edge, not part of it (but 0 belongs to the first bin).</summary>
    public required double Above { get; init; }

    /// <summary>The bin's upper edge, part of it.</summary>
    public required double UpTo { get; init; }

    /// <summary>How many rows fall into the bin; a bin without rows is left out.</summary>
    public required int Rows { get; init; }

    /// <summary>Mean score of the rows.</summary>
    public required double MeanScore { get; init; }

    /// <summary>Share of the rows that are positive.</summary>
    public required double PositiveShare { get; init; }
}

/// <summary>A reliability diagram: whether rows scored 0.3 are positive three times in ten.</summary>
public sealed record Calibration
{
    /// <summary>The bins that hold rows, from low scores to high.</summary>
    public required ImmutableArray<CalibrationBin> Bins { get; init; }

    /// <summary>Expected calibration error: the mean distance of share from score over the bins, weighted by rows (Naeini et al. 2015).</summary>
    public required double ExpectedError { get; init; }

    /// <summary>Sorts rows into bins of equal width over [0, 1], their edges as in scikit-learn's <c>calibration_curve</c>.</summary>
    /// <param name="scores">One probability a row, from 0 to 1.</param>
    /// <param name="labels">One label a row, true for a positive.</param>
    /// <param name="bins">How many bins.</param>
    public static Calibration Of(ReadOnlySpan<double> scores, ReadOnlySpan<bool> labels, int bins = 10)
    {
        if (bins < 1) throw EvaluatingErrors.NotPositive("number of bins", bins);
        ScoredRows.CheckProbabilities(scores, labels);
        var rows = new int[bins];
        var positives = new int[bins];
        var sums = new double[bins];
        for (var row = 0; row < scores.Length; row++)
        {
            var bin = BinOf(scores[row], bins);
            rows[bin]++;
            sums[bin] += scores[row];
            if (labels[row]) positives[bin]++;
        }

        var filled = ImmutableArray.CreateBuilder<CalibrationBin>();
        for (var bin = 0; bin < bins; bin++)
        {
            if (rows[bin] == 0) continue;
            filled.Add(new CalibrationBin
            {
                Above = Edge(bin, bins),
                UpTo = Edge(bin + 1, bins),
                Rows = rows[bin],
                MeanScore = sums[bin] / rows[bin],
                PositiveShare = (double)positives[bin] / rows[bin],
            });
        }
        return new Calibration { Bins = filled.ToImmutable(), ExpectedError = new CalibrationError(bins).Of(JudgedRows.Of(scores.ToArray(), labels)) };
    }

    /// <summary>The bin with edge(bin) &lt; score ≤ edge(bin + 1); 0 falls into the first.</summary>
    internal static int BinOf(double score, int bins)
    {
        var bin = Math.Clamp((int)(score * bins), 0, bins - 1);
        while (bin > 0 && score <= Edge(bin, bins)) bin--; // the product's rounding must not decide on which side of an edge a score falls
        while (bin < bins - 1 && score > Edge(bin + 1, bins)) bin++;
        return bin;
    }

    internal static double Edge(int index, int bins) => index == bins ? 1 : index * (1.0 / bins);
}
