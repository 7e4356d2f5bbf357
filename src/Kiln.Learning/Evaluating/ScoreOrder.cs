namespace Kiln.Learning.Evaluating;

/// <summary>
/// Rows ordered once from the highest score down, so that every figure that depends only on the order is one pass over them, with
/// whatever weights. Rows of equal score stand or fall together; two scores are tied when they are the same number (−0 is 0).
/// </summary>
sealed class ScoreOrder
{
    // A row takes the lower bits; whether it is positive, and whether it is the last of its score, one each.
    const uint LastOfTie = 1u << 31, Positive = 1u << 30, Row = Positive - 1;

    // Sums in another order end in other last digits: what differs by no more is reached.
    const double Reached = 1 - 1e-12;

    readonly uint[] entries;
    readonly int[] positiveRows;

    ScoreOrder(uint[] entries, int[] positiveRows) => (this.entries, this.positiveRows) = (entries, positiveRows);

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
        var positiveRows = new List<int>();
        for (var row = 0; row < rows.Length; row++)
        {
            keys[row] = FallingKey(scores[row]);
            rows[row] = (uint)row;
            if (!labels[row].Equals(positive)) continue;
            rows[row] |= Positive;
            positiveRows.Add(row);
        }
        (keys, rows) = RadixSort.Sort(keys, rows);
        for (var i = 1; i < keys.Length; i++)
            if (keys[i] != keys[i - 1]) rows[i - 1] |= LastOfTie;
        if (rows.Length > 0) rows[^1] |= LastOfTie;
        return new(rows, [.. positiveRows]);
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
    /// The precision-recall and the ROC curve at fixed places, in one pass. Rows of equal score come in with their positives and negatives in step, as the mean over their orders: the ROC curve goes straight
    /// through them, and precision as Davis and Goadrich (2006) have it. Where a curve falls or rises at one place, its highest point counts. NaN without weight on both classes.
    /// </summary>
    /// <param name="recalls">Above 0 to 1, rising.</param>
    /// <param name="rates">False positive rates from 0 to 1, rising.</param>
    /// <param name="weights">One a row; empty: each counts 1.</param>
    /// <param name="precisions">Takes the precision at each recall.</param>
    /// <param name="found">Takes the true positive rate at each false positive rate.</param>
    public void Curves(ReadOnlySpan<double> recalls, ReadOnlySpan<double> rates, ReadOnlySpan<double> weights, Span<double> precisions, Span<double> found)
    {
        var (allPositives, allNegatives) = Totals(weights);
        if (allPositives == 0 || allNegatives == 0)
        {
            precisions.Fill(double.NaN);
            found.Fill(double.NaN);
            return;
        }
        double positives = 0, negatives = 0, tiedPositives = 0, tiedNegatives = 0;
        var (recall, rate) = (0, 0);
        var (nextPositives, nextNegatives) = (recalls[0] * allPositives, rates[0] * allNegatives);
        foreach (var entry in entries)
        {
            var weight = weights.IsEmpty ? 1 : weights[(int)(entry & Row)];
            var positive = weight * ((entry & Positive) >> 30);
            tiedPositives += positive;
            tiedNegatives += weight - positive;
            if ((entry & LastOfTie) == 0) continue;
            while (positives + tiedPositives >= nextPositives * Reached)
            {
                var share = tiedPositives == 0 ? 0 : Math.Clamp((nextPositives - positives) / tiedPositives, 0, 1);
                precisions[recall] = nextPositives / (nextPositives + negatives + (share * tiedNegatives));
                nextPositives = ++recall < recalls.Length ? recalls[recall] * allPositives : double.PositiveInfinity;
            }
            while ((negatives + tiedNegatives) * Reached > nextNegatives)
            {
                var share = Math.Clamp((nextNegatives - negatives) / tiedNegatives, 0, 1);
                found[rate] = (positives + (share * tiedPositives)) / allPositives;
                nextNegatives = ++rate < rates.Length ? rates[rate] * allNegatives : double.PositiveInfinity;
            }
            positives += tiedPositives;
            negatives += tiedNegatives;
            (tiedPositives, tiedNegatives) = (0, 0);
        }
        precisions[recall..].Fill(allPositives / (allPositives + allNegatives));
        found[rate..].Fill(1);
    }

    /// <summary>The share of positives among the rows of the highest scores, by the share of all rows that these weigh. Rows of equal score count in part, as the mean over their orders.</summary>
    /// <param name="shares">Above 0 to 1, rising.</param>
    /// <param name="weights">One a row; empty: each counts 1.</param>
    /// <param name="precisions">Takes the share of positives at each share; NaN where nothing weighs anything.</param>
    public void PrecisionOfShares(ReadOnlySpan<double> shares, ReadOnlySpan<double> weights, Span<double> precisions)
    {
        var (allPositives, allNegatives) = Totals(weights);
        var all = allPositives + allNegatives;
        double positives = 0, flagged = 0, tiedPositives = 0, tied = 0;
        var next = 0;
        foreach (var entry in entries)
        {
            var weight = weights.IsEmpty ? 1 : weights[(int)(entry & Row)];
            tied += weight;
            tiedPositives += weight * ((entry & Positive) >> 30);
            if ((entry & LastOfTie) == 0) continue;
            for (; next < shares.Length && (flagged + tied) * Reached > shares[next] * all; next++)
                precisions[next] = (positives + (tiedPositives * Math.Clamp(((shares[next] * all) - flagged) / tied, 0, 1))) / (shares[next] * all);
            positives += tiedPositives;
            flagged += tied;
            (tiedPositives, tied) = (0, 0);
        }
        precisions[next..].Fill(allPositives / all);
    }

    /// <summary>What all positives weigh, and all negatives.</summary>
    (double Positives, double Negatives) Totals(ReadOnlySpan<double> weights)
    {
        if (weights.IsEmpty) return (positiveRows.Length, entries.Length - positiveRows.Length);
        double positives = 0, all = 0;
        foreach (var row in positiveRows) positives += weights[row];
        foreach (var weight in weights) all += weight;
        return (positives, all - positives);
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
