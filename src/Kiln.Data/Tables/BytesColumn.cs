namespace Kiln.Data;

/// <summary>A column of bytes, such as an encoded text or the pixels of an image.</summary>
public sealed class BytesColumn : Column
{
    internal BytesColumn(string name, ReadOnlyMemory<byte[]?> values)
        : base(name, new(ColumnKind.Blob), values.Length, default) => Values = values;

    /// <summary>The bytes; null is a missing value.</summary>
    public ReadOnlyMemory<byte[]?> Values { get; }

    /// <inheritdoc/>
    public override bool IsNull(int row) => Values.Span[row] is null;

    /// <inheritdoc/>
    public override string? TextAt(int row) => Values.Span[row] is { } bytes ? Convert.ToHexStringLower(bytes) : null;

    /// <inheritdoc/>
    public override Column Take(ReadOnlySpan<int> rows) => new BytesColumn(Schema.Name, Gather(Values.Span, rows));

    internal override void CopyTo(ChunkWriter chunk, int column, int from, int count)
    {
        var values = Values.Span.Slice(from, count);
        for (var row = 0; row < count; row++)
        {
            if (values[row] is { } bytes) chunk.SetBytes(column, row, bytes);
            else chunk.SetNull(column, row);
        }
    }
}
