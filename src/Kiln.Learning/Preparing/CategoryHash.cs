using Kiln.Data;

namespace Kiln.Learning.Preparing;

/// <summary>
/// Buckets for categories by a hash that is the same on every machine: FNV-1a of 64 bits over the text's UTF-8, mixed as MurmurHash3 ends,
/// modulo the buckets.
/// </summary>
sealed class CategoryHash(int buckets) : CategoryCodes
{
    public override int CodeOf(in InputValue value) => value.IsMissing ? Feature.Missing : First + BucketOf(value.AsText(stackalloc char[Room]));

    public override void Read(Column column, int from, Span<int> codes)
    {
        for (var i = 0; i < codes.Length; i++)
            codes[i] = CategoryText.At(column, from + i) is { } text ? First + BucketOf(text) : Feature.Missing;
    }

    int BucketOf(ReadOnlySpan<char> text)
    {
        var hash = 14695981039346656037UL;
        Span<byte> utf8 = stackalloc byte[4];
        foreach (var rune in text.EnumerateRunes())
        {
            var written = rune.EncodeToUtf8(utf8);
            for (var i = 0; i < written; i++) hash = (hash ^ utf8[i]) * 1099511628211UL;
        }
        hash = (hash ^ (hash >> 33)) * 0xff51afd7ed558ccdUL;
        hash = (hash ^ (hash >> 33)) * 0xc4ceb9fe1a85ec53UL;
        return (int)((hash ^ (hash >> 33)) % (ulong)buckets);
    }
}
