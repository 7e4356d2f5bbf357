namespace Kiln.Learning.Evaluating;

/// <summary>
/// What happens at each threshold that tells scored rows apart, from the highest score down; rows of equal score stand together. Curves and
/// thresholds are read from it.
/// </summary>
/// <remarks>Ties are exact: two scores are tied when they are the same number (−0 is 0).</remarks>
public sealed class Ranking
{
    readonly double[] thresholds; // distinct scores, falling
    readonly int[] truePositives; // flagged positives at each threshold
    readonly int[] falsePositives;

    Ranking(double[] thresholds, int[] truePositives, int[] falsePositives)
    {
        this.thresholds = thresholds;
        this.truePositives = truePositives;
        this.falsePositives = falsePositives;
        Positives = truePositives[^1];
        Negatives = falsePositives[^1];
    }

    /// <summary>How many rows are ranked.</summary>
    public int Rows => Positives + Negatives;

    /// <summary>How many of them are positive; at least 1.</summary>
    public int Positives { get; }

    /// <summary>How many of them are negative; at least 1.</summary>
    public int Negatives { get; }

    /// <summary>How many distinct scores there are.</summary>
    public int Steps => thresholds.Length;

    /// <summary>Ranks rows in linear time.</summary>
    /// <param name="scores">One finite score a row; higher means more likely positive. Any scale.</param>
    /// <param name="labels">One label a row, true for a positive.</param>
    /// <exception cref="KilnException">There are no rows, a score is not finite, lengths differ, or all labels are of one class.</exception>
    public static Ranking Of(ReadOnlySpan<double> scores, ReadOnlySpan<bool> labels)
    {
        ScoredRows.CheckClasses(scores, labels);
        return Of(ScoreOrder.Of(scores, labels, true), scores);
    }

    /// <summary>The ranking of rows that were ordered, and are of both classes.</summary>
    internal static Ranking Of(ScoreOrder order, ReadOnlySpan<double> scores)
    {
        var thresholds = new double[scores.Length];
        var hits = new int[scores.Length];
        var falseAlarms = new int[scores.Length];
        var step = 0;
        foreach (var (row, positives, negatives) in order.Steps())
        {
            (thresholds[step], hits[step], falseAlarms[step]) = (scores[row] + 0.0, positives, negatives);
            step++;
        }
        Array.Resize(ref thresholds, step);
        Array.Resize(ref hits, step);
        Array.Resize(ref falseAlarms, step);
        return new Ranking(thresholds, hits, falseAlarms);
    }

    /// <summary>What happens when every row at or above the n-th highest distinct score is flagged.</summary>
    /// <param name="step">From 0 (only the highest score) to <see cref="Steps"/> − 1 (every row).</param>
    public Confusion At(int step) => Confusion(thresholds[step], truePositives[step], falsePositives[step]);

    /// <summary>What happens at any threshold: a row is flagged when its score is at or above it.</summary>
    public Confusion AtThreshold(double threshold)
    {
        var flagged = StepsAtOrAbove(threshold);
        return flagged == 0
            ? Confusion(threshold, 0, 0)
            : Confusion(threshold, truePositives[flagged - 1], falsePositives[flagged - 1]);
    }

    int StepsAtOrAbove(double threshold)
    {
        int low = 0, high = Steps;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (thresholds[middle] >= threshold) low = middle + 1;
            else high = middle;
        }
        return low;
    }

    Confusion Confusion(double threshold, int hits, int falseAlarms) => new()
    {
        Threshold = threshold,
        TruePositives = hits,
        FalsePositives = falseAlarms,
        FalseNegatives = Positives - hits,
        TrueNegatives = Negatives - falseAlarms,
    };
}
