namespace Kiln.Learning.Preparing;

/// <summary>Statistics of finite numbers, in an order of additions that is always the same.</summary>
static class Moments
{
    /// <summary>The distance from 1 to the next number.</summary>
    public const double Epsilon = 2.220446049250313e-16;

    /// <summary>The arithmetic mean.</summary>
    public static double Mean(ReadOnlySpan<double> values)
    {
        // Four sums, so that additions do not wait for one another.
        double a = 0, b = 0, c = 0, d = 0;
        var i = 0;
        for (; i + 4 <= values.Length; i += 4)
        {
            a += values[i];
            b += values[i + 1];
            c += values[i + 2];
            d += values[i + 3];
        }
        for (; i < values.Length; i++) a += values[i];
        return (a + b + (c + d)) / values.Length;
    }

    /// <summary>The population's variance around the mean, corrected for the mean's rounding.</summary>
    public static double Variance(ReadOnlySpan<double> values, double mean)
    {
        double squares = 0, moreSquares = 0, rest = 0, moreRest = 0;
        var i = 0;
        for (; i + 2 <= values.Length; i += 2)
        {
            var (one, other) = (values[i] - mean, values[i + 1] - mean);
            squares += one * one;
            moreSquares += other * other;
            rest += one;
            moreRest += other;
        }
        if (i < values.Length)
        {
            var last = values[i] - mean;
            squares += last * last;
            rest += last;
        }
        rest += moreRest;
        return Math.Max(0, (squares + moreSquares - rest * rest / values.Length) / values.Length);
    }

    /// <summary>The least and the greatest.</summary>
    public static (double Least, double Most) Range(ReadOnlySpan<double> values)
    {
        var (least, most) = (values[0], values[0]);
        foreach (var value in values)
        {
            if (value < least) least = value;
            if (value > most) most = value;
        }
        return (least, most);
    }

    /// <summary>The most frequent value; of several the least.</summary>
    public static double MostFrequent(ReadOnlySpan<double> values)
    {
        var sorted = values.ToArray();
        Array.Sort(sorted);
        var (best, most) = (sorted[0], 0);
        for (int start = 0, end; start < sorted.Length; start = end)
        {
            for (end = start + 1; end < sorted.Length && sorted[end] == sorted[start];) end++;
            if (end - start > most) (best, most) = (sorted[start], end - start);
        }
        return best;
    }
}
