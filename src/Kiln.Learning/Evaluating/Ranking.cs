namespace Kiln.Learning.Evaluating;

/// <summary>
/// Scored rows ranked from the highest score down, rows of equal score standing together. It is made once, and every measure
/// that depends only on the order of the scores is read from it.
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
        ScoredRows.Check(scores, labels);
        var count = labels.Count(true);
        if (count == 0 || count == labels.Length) throw EvaluatingErrors.OneClass(labels.Length, count);

        // Each class is sorted on its own, so that keys travel without a payload.
        var positives = new ulong[count];
        var negatives = new ulong[labels.Length - count];
        int positive = 0, negative = 0;
        for (var row = 0; row < scores.Length; row++)
        {
            if (labels[row]) positives[positive++] = FallingKey(scores[row]);
            else negatives[negative++] = FallingKey(scores[row]);
        }
        return Merge(RadixSort.Sort(positives), RadixSort.Sort(negatives));
    }

    /// <summary>
    /// The area under the ROC curve: the chance that a positive scores higher than a negative, a tie counting one half
    /// (Mann-Whitney). Computed in integers, so it is exact up to one rounding.
    /// </summary>
    public double AreaUnderRoc()
    {
        long twiceArea = 0; // at most 2 · 2³⁰ · 2³⁰
        int before = 0, passed = 0;
        for (var step = 0; step < Steps; step++)
        {
            twiceArea += (long)(falsePositives[step] - passed) * (truePositives[step] + (long)before);
            (before, passed) = (truePositives[step], falsePositives[step]);
        }
        return twiceArea / 2.0 / ((double)Positives * Negatives);
    }

    /// <summary>
    /// Average precision: Σ (Rₙ − Rₙ₋₁) · Pₙ over the distinct thresholds, without interpolation (scikit-learn's
    /// <c>average_precision_score</c>).
    /// </summary>
    public double AveragePrecision()
    {
        var sum = 0.0;
        var before = 0;
        for (var step = 0; step < Steps; step++)
        {
            int hits = truePositives[step], alerts = hits + falsePositives[step];
            sum += (hits - before) * ((double)hits / alerts);
            before = hits;
        }
        return sum / Positives;
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

    static Ranking Merge(ulong[] positives, ulong[] negatives)
    {
        var rows = positives.Length + negatives.Length;
        var thresholds = new double[rows];
        var hits = new int[rows];
        var falseAlarms = new int[rows];
        int positive = 0, negative = 0, step = 0;
        while (positive < positives.Length || negative < negatives.Length)
        {
            var key = Math.Min(
                positive < positives.Length ? positives[positive] : ulong.MaxValue,
                negative < negatives.Length ? negatives[negative] : ulong.MaxValue);
            while (positive < positives.Length && positives[positive] == key) positive++;
            while (negative < negatives.Length && negatives[negative] == key) negative++;
            (thresholds[step], hits[step], falseAlarms[step]) = (Score(key), positive, negative);
            step++;
        }
        Array.Resize(ref thresholds, step);
        Array.Resize(ref hits, step);
        Array.Resize(ref falseAlarms, step);
        return new Ranking(thresholds, hits, falseAlarms);
    }

    /// <summary>A key that sorts ascending where the scores fall. No finite score has the key <see cref="ulong.MaxValue"/>.</summary>
    static ulong FallingKey(double score)
    {
        var bits = BitConverter.DoubleToUInt64Bits(score + 0.0); // −0 becomes 0
        return (bits >> 63) == 0 ? bits ^ 0x7FFF_FFFF_FFFF_FFFF : bits;
    }

    static double Score(ulong key) =>
        BitConverter.UInt64BitsToDouble((key >> 63) == 0 ? key ^ 0x7FFF_FFFF_FFFF_FFFF : key);
}
