namespace Kiln.Data;

/// <summary>A column of texts.</summary>
public sealed class TextColumn : Column
{
    internal TextColumn(string name, ReadOnlyMemory<string?> values)
        : base(name, new(ColumnKind.Text), values.Length, default) => Values = values;

    /// <summary>The texts; null is a missing value.</summary>
    public ReadOnlyMemory<string?> Values { get; }

    /// <inheritdoc/>
    public override bool IsNull(int row) => Values.Span[row] is null;

    /// <inheritdoc/>
    public override string? TextAt(int row) => Values.Span[row];

    /// <inheritdoc/>
    public override Column Take(ReadOnlySpan<int> rows) => new TextColumn(Schema.Name, Gather(Values.Span, rows));

    internal override void CopyTo(ChunkWriter chunk, int column, int from, int count)
    {
        var values = Values.Span.Slice(from, count);
        for (var row = 0; row < count; row++)
        {
            if (values[row] is { } text) chunk.SetText(column, row, text);
            else chunk.SetNull(column, row);
        }
    }
}
