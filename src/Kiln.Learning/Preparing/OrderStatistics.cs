using System.Buffers;

namespace Kiln.Learning.Preparing;

/// <summary>
/// Quantiles of many numbers without sorting them all: a radix sort from the highest digit down, which follows only the parts that hold
/// a wanted rank. Interpolated linearly between neighbours, as numpy.percentile does by default.
/// </summary>
static class OrderStatistics
{
    const int Digit = 11;
    const int Small = 512;

    /// <summary>The quantiles of finite numbers at fractions from 0 to 1 in rising order.</summary>
    public static double[] Quantiles(ReadOnlySpan<double> values, ReadOnlySpan<double> fractions)
    {
        var ranks = new SortedSet<int>();
        foreach (var fraction in fractions)
        {
            var below = (int)Math.Floor((values.Length - 1) * fraction);
            ranks.Add(below);
            ranks.Add(Math.Min(below + 1, values.Length - 1));
        }
        var wanted = ranks.ToArray();
        var keys = ArrayPool<ulong>.Shared.Rent(values.Length);
        for (var i = 0; i < values.Length; i++) keys[i] = KeyOf(values[i]);
        var found = new double[wanted.Length];
        Select(keys.AsSpan(0, values.Length), 0, wanted, found, 64);
        ArrayPool<ulong>.Shared.Return(keys);

        var quantiles = new double[fractions.Length];
        for (var i = 0; i < quantiles.Length; i++)
        {
            var place = (values.Length - 1) * fractions[i];
            var below = (int)Math.Floor(place);
            var at = Array.BinarySearch(wanted, below);
            quantiles[i] = Between(found[at], found[Math.Min(at + 1, found.Length - 1)], place - below);
        }
        return quantiles;
    }

    // The keys are those of ranks from `first` on, equal above the lowest `bits` bits.
    static void Select(Span<ulong> keys, int first, ReadOnlySpan<int> ranks, Span<double> found, int bits)
    {
        if (bits == 0 || keys.Length <= Small)
        {
            keys.Sort();
            for (var i = 0; i < ranks.Length; i++) found[i] = ValueOf(keys[ranks[i] - first]);
            return;
        }
        var rest = Math.Max(bits - Digit, 0);
        var mask = (1UL << (bits - rest)) - 1;
        var counts = new int[1 << (bits - rest)];
        foreach (var key in keys) counts[(int)((key >> rest) & mask)]++;

        // Where each digit's keys go among those that are kept; -1 for digits that hold no wanted rank.
        var places = new int[counts.Length];
        var parts = new List<(int Start, int Count, int First, int FromRank, int ToRank)>();
        var (kept, before, next) = (0, first, 0);
        for (var digit = 0; digit < counts.Length; digit++)
        {
            var from = next;
            while (next < ranks.Length && ranks[next] < before + counts[digit]) next++;
            places[digit] = next > from ? kept : -1;
            if (next > from)
            {
                parts.Add((kept, counts[digit], before, from, next));
                kept += counts[digit];
            }
            before += counts[digit];
        }
        var gathered = ArrayPool<ulong>.Shared.Rent(kept);
        foreach (var key in keys)
        {
            var digit = (int)((key >> rest) & mask);
            if (places[digit] >= 0) gathered[places[digit]++] = key;
        }
        foreach (var part in parts)
            Select(gathered.AsSpan(part.Start, part.Count), part.First, ranks[part.FromRank..part.ToRank], found[part.FromRank..part.ToRank], rest);
        ArrayPool<ulong>.Shared.Return(gathered);
    }

    // As numpy: counted from the nearer end, so that both ends are exact.
    static double Between(double low, double high, double share) =>
        share >= 0.5 ? high - (high - low) * (1 - share) : low + (high - low) * share;

    static ulong KeyOf(double value)
    {
        var bits = BitConverter.DoubleToInt64Bits(value);
        return (ulong)(bits ^ ((bits >> 63) | long.MinValue));
    }

    static double ValueOf(ulong key) =>
        BitConverter.Int64BitsToDouble((long)key < 0 ? (long)key ^ long.MinValue : ~(long)key);
}
