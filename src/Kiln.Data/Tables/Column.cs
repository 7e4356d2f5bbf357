namespace Kiln.Data;

/// <summary>A named column in memory: what is written to a table, and what is read from it.</summary>
public abstract class Column
{
    private protected Column(string name, ColumnType type, int length, ReadOnlyMemory<bool> nulls)
    {
        if (nulls.Length != 0 && nulls.Length != length) throw Errors.ColumnLength(name + " (nulls)", nulls.Length, length);
        Schema = new(name, type);
        Length = length;
        Nulls = nulls;
    }

    /// <summary>Name and type.</summary>
    public ColumnSchema Schema { get; }

    /// <summary>Rows.</summary>
    public int Length { get; }

    /// <summary>True where a row has no value. Empty: every row has one.</summary>
    public ReadOnlyMemory<bool> Nulls { get; }

    /// <summary>A column whose type follows from <typeparamref name="T"/>: bool, an integer, float or double.</summary>
    public static Column<T> Of<T>(string name, ReadOnlyMemory<T> values, ReadOnlyMemory<bool> nulls = default)
        where T : unmanaged => new(name, new(KindOf(typeof(T))), values, nulls);

    /// <summary>Days since 1970-01-01.</summary>
    public static Column<int> Dates(string name, ReadOnlyMemory<int> days, ReadOnlyMemory<bool> nulls = default) =>
        new(name, new(ColumnKind.Date), days, nulls);

    /// <summary>Microseconds since 1970 UTC.</summary>
    public static Column<long> Timestamps(string name, ReadOnlyMemory<long> micros, ReadOnlyMemory<bool> nulls = default) =>
        new(name, new(ColumnKind.Timestamp), micros, nulls);

    /// <summary>Unscaled integers: 1234 with scale 2 is 12.34. <typeparamref name="T"/> must be the storage of so many digits.</summary>
    public static Column<T> Decimals<T>(string name, int precision, int scale, ReadOnlyMemory<T> unscaled, ReadOnlyMemory<bool> nulls = default)
        where T : unmanaged => new(name, ColumnType.Decimal(precision, scale), unscaled, nulls);

    /// <summary>Texts; null is a missing value.</summary>
    public static TextColumn Texts(string name, ReadOnlyMemory<string?> texts) => new(name, texts);

    /// <summary>The rows at these places, in this order.</summary>
    public abstract Column Take(ReadOnlySpan<int> rows);

    private protected static ReadOnlyMemory<TValue> Gather<TValue>(ReadOnlySpan<TValue> values, ReadOnlySpan<int> rows)
    {
        if (values.IsEmpty) return default;
        var taken = new TValue[rows.Length];
        for (var i = 0; i < taken.Length; i++) taken[i] = values[rows[i]];
        return taken;
    }

    internal abstract void CopyTo(ChunkWriter chunk, int column, int from, int count);

    static ColumnKind KindOf(Type type) => Type.GetTypeCode(type) switch
    {
        TypeCode.Boolean => ColumnKind.Boolean,
        TypeCode.SByte => ColumnKind.TinyInt,
        TypeCode.Int16 => ColumnKind.SmallInt,
        TypeCode.Int32 => ColumnKind.Integer,
        TypeCode.Int64 => ColumnKind.BigInt,
        TypeCode.Byte => ColumnKind.UTinyInt,
        TypeCode.UInt16 => ColumnKind.USmallInt,
        TypeCode.UInt32 => ColumnKind.UInteger,
        TypeCode.UInt64 => ColumnKind.UBigInt,
        TypeCode.Single => ColumnKind.Float,
        TypeCode.Double => ColumnKind.Double,
        _ => throw Errors.NoColumnTypeFor(type),
    };
}

/// <summary>A column of numbers, truths, dates or times.</summary>
public sealed class Column<T> : Column
    where T : unmanaged
{
    internal Column(string name, ColumnType type, ReadOnlyMemory<T> values, ReadOnlyMemory<bool> nulls)
        : base(name, type, values.Length, nulls)
    {
        if (type.Storage != typeof(T)) throw Errors.WrongColumnType("", Schema, typeof(T));
        Values = values;
    }

    /// <summary>The values; what stands in a null's place is meaningless.</summary>
    public ReadOnlyMemory<T> Values { get; }

    /// <inheritdoc/>
    public override Column Take(ReadOnlySpan<int> rows) => new Column<T>(Schema.Name, Schema.Type, Gather(Values.Span, rows), Gather(Nulls.Span, rows));

    internal override void CopyTo(ChunkWriter chunk, int column, int from, int count)
    {
        Values.Span.Slice(from, count).CopyTo(chunk.Values<T>(column));
        if (Nulls.IsEmpty) return;
        var nulls = Nulls.Span.Slice(from, count);
        for (var row = 0; row < count; row++)
            if (nulls[row]) chunk.SetNull(column, row);
    }
}

/// <summary>A column of texts.</summary>
public sealed class TextColumn : Column
{
    internal TextColumn(string name, ReadOnlyMemory<string?> values)
        : base(name, new(ColumnKind.Text), values.Length, default) => Values = values;

    /// <summary>The texts; null is a missing value.</summary>
    public ReadOnlyMemory<string?> Values { get; }

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
