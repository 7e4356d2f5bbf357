namespace Kiln.Learning.Evaluating;

/// <summary>
/// Sorts 64-bit keys that carry a row each, in linear time: least significant digit first, 11 bits a pass, over the cores. The order of equal keys
/// follows from the keys' alone, not from how many cores there are. A digit that is the same in every key costs nothing: scores that
/// were single precision once need four passes instead of six.
/// </summary>
static class RadixSort
{
    const int DigitBits = 11;
    const int Buckets = 1 << DigitBits;

    /// <summary>Below this length the histograms cost more than a comparison sort.</summary>
    const int WorthIt = 4_096;

    /// <summary>What a core must have to do to be worth waking.</summary>
    const int RowsAPart = 100_000;

    /// <summary>Sorts ascending. The results may be the given arrays or others; use only what is returned.</summary>
    public static (ulong[] Keys, uint[] Rows) Sort(ulong[] keys, uint[] rows)
    {
        if (keys.Length < WorthIt)
        {
            Array.Sort(keys, rows);
            return (keys, rows);
        }

        var parts = Math.Clamp(keys.Length / RowsAPart, 1, Environment.ProcessorCount);
        var differing = Differing(keys);
        var (from, to) = ((Keys: keys, Rows: rows), (Keys: new ulong[keys.Length], Rows: new uint[keys.Length]));
        for (var shift = 0; shift < 64; shift += DigitBits)
        {
            if (((differing >> shift) & (Buckets - 1)) == 0) continue;
            var offsets = new int[parts][];
            OverParts(part => offsets[part] = Count(PartOf(from.Keys, part), shift));
            Accumulate(offsets);
            OverParts(part => Scatter(PartOf(from.Keys, part), PartOf(from.Rows, part), to, offsets[part], shift));
            (from, to) = (to, from);
        }
        return from;

        Span<T> PartOf<T>(T[] all, int part)
        {
            var start = (int)((long)all.Length * part / parts);
            return all.AsSpan(start, (int)((long)all.Length * (part + 1) / parts) - start);
        }

        void OverParts(Action<int> work)
        {
            if (parts == 1) work(0);
            else Parallel.For(0, parts, work);
        }
    }

    /// <summary>The bits in which not all keys are alike.</summary>
    static ulong Differing(ReadOnlySpan<ulong> keys)
    {
        var (first, bits) = (keys[0], 0UL);
        foreach (var key in keys) bits |= key ^ first;
        return bits;
    }

    static int[] Count(ReadOnlySpan<ulong> keys, int shift)
    {
        var counts = new int[Buckets];
        foreach (var key in keys) counts[(int)((key >> shift) & (Buckets - 1))]++;
        return counts;
    }

    /// <summary>Counts become the places where each part's keys of a bucket begin: bucket by bucket, in it part by part.</summary>
    static void Accumulate(int[][] counts)
    {
        var start = 0;
        for (var bucket = 0; bucket < Buckets; bucket++)
            foreach (var part in counts) (part[bucket], start) = (start, start + part[bucket]);
    }

    static void Scatter(ReadOnlySpan<ulong> keys, ReadOnlySpan<uint> rows, (ulong[] Keys, uint[] Rows) to, int[] places, int shift)
    {
        for (var i = 0; i < keys.Length; i++)
        {
            var place = places[(int)((keys[i] >> shift) & (Buckets - 1))]++;
            to.Keys[place] = keys[i];
            to.Rows[place] = rows[i];
        }
    }
}
