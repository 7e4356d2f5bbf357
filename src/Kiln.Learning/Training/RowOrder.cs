namespace Kiln.Learning.Training;

/// <summary>
/// Random orders that depend on a seed and an epoch alone: the same on every machine, for any number of threads, and without what
/// came before, so that a training resumed within an epoch finds its place.
/// </summary>
struct RowOrder
{
    ulong state;

    public RowOrder(int seed, int epoch) => state = Mix((ulong)(uint)seed << 32 | (uint)epoch);

    /// <summary>The numbers 0 … count − 1 in random order.</summary>
    public long[] Of(int count)
    {
        var order = new long[count];
        Fill(order);
        return order;
    }

    /// <summary>Fills with the numbers from 0 in random order (Fisher and Yates).</summary>
    public void Fill(Span<long> order)
    {
        for (var i = 0; i < order.Length; i++) order[i] = i;
        Shuffle(order);
    }

    /// <summary>Puts items in random order.</summary>
    public void Shuffle<T>(Span<T> items)
    {
        for (var i = items.Length - 1; i > 0; i--)
        {
            var j = (int)Below((uint)i + 1);
            (items[i], items[j]) = (items[j], items[i]);
        }
    }

    /// <summary>A number from 0 to below a bound (Lemire 2019, without the rejection that 64 bits do not need).</summary>
    public uint Below(uint bound) => (uint)Math.BigMul(Next(), bound, out _);

    // SplitMix64 (Steele, Lea and Flood 2014).
    ulong Next() => Mix(state += 0x9E37_79B9_7F4A_7C15);

    static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58_476D_1CE4_E5B9;
        value = (value ^ (value >> 27)) * 0x94D0_49BB_1331_11EB;
        return value ^ (value >> 31);
    }
}
