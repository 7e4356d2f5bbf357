using System.Collections.Immutable;
using System.Numerics;

namespace Kiln.Learning.Slicing;

/// <summary>A set of rows, one bit each: two of them are compared in microseconds.</summary>
sealed class RowSet
{
    readonly ulong[] _words;

    RowSet(ulong[] words) => _words = words;

    /// <summary>The rows that have a code.</summary>
    public static RowSet Where(ReadOnlySpan<byte> codes, int code)
    {
        var words = new ulong[(codes.Length + 63) / 64];
        for (var row = 0; row < codes.Length; row++)
            if (codes[row] == code) words[row >> 6] |= 1UL << (row & 63);
        return new(words);
    }

    /// <summary>The rows in both.</summary>
    public RowSet And(RowSet other)
    {
        var words = new ulong[_words.Length];
        for (var i = 0; i < words.Length; i++) words[i] = _words[i] & other._words[i];
        return new(words);
    }

    /// <summary>How many rows are in both.</summary>
    public int Common(RowSet other)
    {
        var count = 0;
        for (var i = 0; i < _words.Length; i++) count += BitOperations.PopCount(_words[i] & other._words[i]);
        return count;
    }

    /// <summary>The rows, ascending.</summary>
    public ImmutableArray<int> ToRows()
    {
        var rows = ImmutableArray.CreateBuilder<int>();
        for (var i = 0; i < _words.Length; i++)
            for (var word = _words[i]; word != 0; word &= word - 1) rows.Add((i << 6) + BitOperations.TrailingZeroCount(word));
        return rows.DrainToImmutable();
    }
}
