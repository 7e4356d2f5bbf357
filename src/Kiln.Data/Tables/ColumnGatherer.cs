namespace Kiln.Data;

/// <summary>Collects one column of a query's chunks.</summary>
abstract class ColumnGatherer
{
    /// <param name="schema">The column.</param>
    /// <param name="expected">How many rows there will be, as far as that is known: more cost a copy.</param>
    public static ColumnGatherer For(ColumnSchema schema, int expected) => schema.Type.Kind switch
    {
        ColumnKind.Text => new TextGatherer(schema),
        ColumnKind.Blob => new BytesGatherer(schema),
        _ when schema.Type.Storage == typeof(bool) => new ValueGatherer<bool>(schema, expected),
        _ when schema.Type.Storage == typeof(sbyte) => new ValueGatherer<sbyte>(schema, expected),
        _ when schema.Type.Storage == typeof(short) => new ValueGatherer<short>(schema, expected),
        _ when schema.Type.Storage == typeof(int) => new ValueGatherer<int>(schema, expected),
        _ when schema.Type.Storage == typeof(long) => new ValueGatherer<long>(schema, expected),
        _ when schema.Type.Storage == typeof(byte) => new ValueGatherer<byte>(schema, expected),
        _ when schema.Type.Storage == typeof(ushort) => new ValueGatherer<ushort>(schema, expected),
        _ when schema.Type.Storage == typeof(uint) => new ValueGatherer<uint>(schema, expected),
        _ when schema.Type.Storage == typeof(ulong) => new ValueGatherer<ulong>(schema, expected),
        _ when schema.Type.Storage == typeof(float) => new ValueGatherer<float>(schema, expected),
        _ when schema.Type.Storage == typeof(double) => new ValueGatherer<double>(schema, expected),
        _ => new ValueGatherer<Int128>(schema, expected),
    };

    public abstract void Add(DataChunk chunk, int column);

    public abstract Column Finish();
}

sealed class ValueGatherer<T>(ColumnSchema schema, int expected) : ColumnGatherer
    where T : unmanaged
{
    T[] _values = new T[expected];
    bool[]? _nulls;
    int _count;

    public override void Add(DataChunk chunk, int column)
    {
        var rows = chunk.RowCount;
        if (_count + rows > _values.Length)
        {
            Array.Resize(ref _values, Math.Max(_values.Length * 2, _count + rows));
            if (_nulls is not null) Array.Resize(ref _nulls, _values.Length);
        }
        chunk.Values<T>(column).CopyTo(_values.AsSpan(_count));
        if (chunk.NullCount(column) > 0)
        {
            _nulls ??= new bool[_values.Length];
            for (var row = 0; row < rows; row++)
            {
                if (!chunk.IsNull(column, row)) continue;
                _nulls[_count + row] = true;
                _values[_count + row] = default;
            }
        }
        _count += rows;
    }

    public override Column Finish() =>
        new Column<T>(schema.Name, schema.Type, _values.AsMemory(0, _count), _nulls is null ? default : _nulls.AsMemory(0, _count));
}

sealed class TextGatherer(ColumnSchema schema) : ColumnGatherer
{
    readonly List<string?> _values = [];

    public override void Add(DataChunk chunk, int column)
    {
        for (var row = 0; row < chunk.RowCount; row++) _values.Add(chunk.IsNull(column, row) ? null : chunk.Text(column, row));
    }

    public override Column Finish() => new TextColumn(schema.Name, _values.ToArray());
}

sealed class BytesGatherer(ColumnSchema schema) : ColumnGatherer
{
    readonly List<byte[]?> _values = [];

    public override void Add(DataChunk chunk, int column)
    {
        for (var row = 0; row < chunk.RowCount; row++) _values.Add(chunk.IsNull(column, row) ? null : chunk.Bytes(column, row).ToArray());
    }

    public override Column Finish() => new BytesColumn(schema.Name, _values.ToArray());
}
