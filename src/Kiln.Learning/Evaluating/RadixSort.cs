namespace Kiln.Learning.Evaluating;

/// <summary>
/// Sorts 64-bit keys in linear time: least significant digit first, 11 bits a pass. A digit that is the same in every key costs
/// nothing, so scores that were single precision once need four passes instead of six.
/// </summary>
static class RadixSort
{
    const int DigitBits = 11;
    const int Buckets = 1 << DigitBits;
    const int Digits = (64 + DigitBits - 1) / DigitBits;

    /// <summary>Below this length the histograms cost more than a comparison sort.</summary>
    const int WorthIt = 8_192;

    /// <summary>Sorts ascending. The result may be <paramref name="keys"/> or another array; use only what is returned.</summary>
    public static ulong[] Sort(ulong[] keys)
    {
        if (keys.Length < WorthIt)
        {
            Array.Sort(keys);
            return keys;
        }

        var counts = Count(keys);
        var (from, to) = (keys, new ulong[keys.Length]);
        for (var digit = 0; digit < Digits; digit++)
        {
            var offsets = counts.AsSpan(digit * Buckets, Buckets);
            if (offsets.Contains(keys.Length)) continue; // one bucket holds every key
            Scatter(from, to, offsets, digit * DigitBits);
            (from, to) = (to, from);
        }
        return from;
    }

    static int[] Count(ulong[] keys)
    {
        var counts = new int[Digits * Buckets];
        foreach (var key in keys)
            for (int digit = 0; digit < Digits; digit++)
                counts[(digit * Buckets) + (int)((key >> (digit * DigitBits)) & (Buckets - 1))]++;
        return counts;
    }

    static void Scatter(ulong[] from, ulong[] to, Span<int> counts, int shift)
    {
        var start = 0;
        foreach (ref var count in counts) (count, start) = (start, start + count);
        foreach (var key in from) to[counts[(int)((key >> shift) & (Buckets - 1))]++] = key;
    }
}
