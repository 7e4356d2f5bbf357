namespace Kiln.Learning.Evaluating;

/// <summary>
/// Rows ordered once from the highest score down, so that every figure that depends only on the order is one pass over them, with
/// whatever weights. Rows of equal score stand or fall together; two scores are tied when they are the same number (−0 is 0).
/// </summary>
sealed class ScoreOrder
{
    // A row takes the lower bits; whether it is positive, and whether it is the last of its score, one each.
    const uint LastOfTie = 1u << 31, Positive = 1u << 30, Row = Positive - 1;

    readonly uint[] entries;

    ScoreOrder(uint[] entries) => this.entries = entries;

    /// <summary>Orders rows.</summary>
    /// <param name="scores">One finite score a row.</param>
    /// <param name="labels">One label a row.</param>
    /// <param name="positive">The label of the rows that should score high.</param>
    public static ScoreOrder Of<T>(ReadOnlySpan<double> scores, ReadOnlySpan<T> labels, T positive)
        where T : struct, IEquatable<T>
    {
        if (scores.Length > Row) throw new ArgumentException($"At most {Row:N0} rows can be ordered.", nameof(scores));
        var keys = new ulong[scores.Length];
        var rows = new uint[scores.Length];
        for (var row = 0; row < rows.Length; row++)
        {
            keys[row] = FallingKey(scores[row]);
            rows[row] = labels[row].Equals(positive) ? (uint)row | Positive : (uint)row;
        }
        (keys, rows) = RadixSort.Sort(keys, rows);
        for (var i = 1; i < keys.Length; i++)
            if (keys[i] != keys[i - 1]) rows[i - 1] |= LastOfTie;
        if (rows.Length > 0) rows[^1] |= LastOfTie;
        return new(rows);
    }

    /// <summary>
    /// The area under the ROC curve: the chance that a positive scores higher than a negative, a tie counting one half (Mann-Whitney).
    /// NaN without weight on both classes.
    /// </summary>
    /// <param name="weights">One a row; empty: each counts 1.</param>
    public double AreaUnderRoc(ReadOnlySpan<double> weights)
    {
        double twiceArea = 0, positives = 0, negatives = 0, tiedPositives = 0, tiedNegatives = 0;
        foreach (var entry in entries)
        {
            var weight = weights.IsEmpty ? 1 : weights[(int)(entry & Row)];
            // No branch: labels are not to be guessed.
            var positive = weight * ((entry & Positive) >> 30);
            tiedPositives += positive;
            tiedNegatives += weight - positive;
            if ((entry & LastOfTie) == 0) continue;
            twiceArea += tiedNegatives * ((2 * positives) + tiedPositives);
            positives += tiedPositives;
            negatives += tiedNegatives;
            (tiedPositives, tiedNegatives) = (0, 0);
        }
        return twiceArea / 2 / (positives * negatives);
    }

    /// <summary>
    /// Average precision: Σ (Rₙ − Rₙ₋₁) · Pₙ over the distinct scores, without interpolation (scikit-learn's
    /// <c>average_precision_score</c>). NaN without weight on positives.
    /// </summary>
    /// <param name="weights">One a row; empty: each counts 1.</param>
    public double AveragePrecision(ReadOnlySpan<double> weights)
    {
        double sum = 0, positives = 0, flagged = 0, tied = 0;
        foreach (var entry in entries)
        {
            var weight = weights.IsEmpty ? 1 : weights[(int)(entry & Row)];
            flagged += weight;
            tied += weight * ((entry & Positive) >> 30);
            if ((entry & LastOfTie) == 0) continue;
            if (tied == 0) continue;
            positives += tied;
            sum += tied * (positives / flagged);
            tied = 0;
        }
        return sum / positives;
    }

    /// <summary>
    /// The share of positives among the rows of the highest scores that weigh <paramref name="k"/> together. Where the last of them are tied with
    /// others, all these count in part, as the mean over their orders. NaN where all rows weigh less.
    /// </summary>
    /// <param name="k">How many rows, or how much weight.</param>
    /// <param name="weights">One a row; empty: each counts 1.</param>
    public double PrecisionAt(double k, ReadOnlySpan<double> weights)
    {
        double positives = 0, flagged = 0, tiedPositives = 0, tied = 0;
        foreach (var entry in entries)
        {
            var weight = weights.IsEmpty ? 1 : weights[(int)(entry & Row)];
            tied += weight;
            tiedPositives += weight * ((entry & Positive) >> 30);
            if ((entry & LastOfTie) == 0) continue;
            if (flagged + tied >= k) return (positives + (tiedPositives * ((k - flagged) / tied))) / k;
            positives += tiedPositives;
            flagged += tied;
            (tiedPositives, tied) = (0, 0);
        }
        return double.NaN;
    }

    /// <summary>
    /// For each class the weight of the pairs of a positive and a row of that class in which the positive scores higher, a tie counting one half.
    /// </summary>
    /// <param name="classes">Each row's class.</param>
    /// <param name="weights">One a row; empty: each counts 1.</param>
    /// <param name="wins">Takes one number a class; that of the positives' own class stays 0.</param>
    public void Wins(ReadOnlySpan<int> classes, ReadOnlySpan<double> weights, Span<double> wins)
    {
        wins.Clear();
        var positives = 0.0;
        for (int start = 0, end = 0; start < entries.Length; start = end)
        {
            var tied = 0.0;
            do
            {
                if ((entries[end] & Positive) != 0) tied += weights.IsEmpty ? 1 : weights[(int)(entries[end] & Row)];
            }
            while ((entries[end++] & LastOfTie) == 0);
            for (var i = start; i < end; i++)
            {
                if ((entries[i] & Positive) != 0) continue;
                var row = (int)(entries[i] & Row);
                wins[classes[row]] += (weights.IsEmpty ? 1 : weights[row]) * (positives + (tied / 2));
            }
            positives += tied;
        }
    }

    /// <summary>Positives and negatives at or above each distinct score, the highest first, and a row that has it.</summary>
    public IEnumerable<(int Row, int Positives, int Negatives)> Steps()
    {
        var (positives, negatives) = (0, 0);
        foreach (var entry in entries)
        {
            if ((entry & Positive) != 0) positives++;
            else negatives++;
            if ((entry & LastOfTie) != 0) yield return ((int)(entry & Row), positives, negatives);
        }
    }

    /// <summary>A key that sorts ascending where the scores fall.</summary>
    static ulong FallingKey(double score)
    {
        var bits = BitConverter.DoubleToUInt64Bits(score + 0.0); // −0 becomes 0
        return (bits >> 63) == 0 ? bits ^ 0x7FFF_FFFF_FFFF_FFFF : bits;
    }
}
