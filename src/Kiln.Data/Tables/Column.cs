using System.Globalization;

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

    /// <summary>Texts of bytes; null is a missing value.</summary>
    public static BytesColumn Bytes(string name, ReadOnlyMemory<byte[]?> values) => new(name, values);

    /// <summary>The rows at these places, in this order.</summary>
    public abstract Column Take(ReadOnlySpan<int> rows);

    /// <summary>Whether a row has no value.</summary>
    public virtual bool IsNull(int row) => !Nulls.IsEmpty && Nulls.Span[row];

    /// <summary>A row's value as an invariant text; null where it has none.</summary>
    public abstract string? TextAt(int row);

    /// <summary>Numbers, truths (0 and 1), dates (days) and times (microseconds) in double precision; NaN where a row has no value.</summary>
    /// <exception cref="DataException">The column holds texts or bytes.</exception>
    public virtual double[] ToDoubles() => throw Errors.NotNumbers(Schema);

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

    /// <inheritdoc/>
    public override string? TextAt(int row) => IsNull(row) ? null
        : Values.Span[row] is bool truth ? (truth ? "true" : "false")
        : Schema.Type.Scale > 0 ? ToDouble(row).ToString(CultureInfo.InvariantCulture)
        : Convert.ToString(Values.Span[row], CultureInfo.InvariantCulture);

    /// <inheritdoc/>
    public override double[] ToDoubles()
    {
        var values = Values.Span;
        var doubles = new double[values.Length];
        var unit = Math.Pow(10, Schema.Type.Scale);
        for (var row = 0; row < doubles.Length; row++) doubles[row] = ToDouble(values[row]) / unit;
        if (Nulls.IsEmpty) return doubles;
        for (var row = 0; row < doubles.Length; row++)
            if (Nulls.Span[row]) doubles[row] = double.NaN;
        return doubles;
    }

    internal override void CopyTo(ChunkWriter chunk, int column, int from, int count)
    {
        Values.Span.Slice(from, count).CopyTo(chunk.Values<T>(column));
        if (Nulls.IsEmpty) return;
        var nulls = Nulls.Span.Slice(from, count);
        for (var row = 0; row < count; row++)
            if (nulls[row]) chunk.SetNull(column, row);
    }

    double ToDouble(int row) => ToDouble(Values.Span[row]) / Math.Pow(10, Schema.Type.Scale);

    // The compiler of the runtime keeps one branch for each T, and no box.
    static double ToDouble(T value) =>
        typeof(T) == typeof(double) ? (double)(object)value
        : typeof(T) == typeof(float) ? (float)(object)value
        : typeof(T) == typeof(long) ? (long)(object)value
        : typeof(T) == typeof(int) ? (int)(object)value
        : typeof(T) == typeof(short) ? (short)(object)value
        : typeof(T) == typeof(sbyte) ? (sbyte)(object)value
        : typeof(T) == typeof(ulong) ? (ulong)(object)value
        : typeof(T) == typeof(uint) ? (uint)(object)value
        : typeof(T) == typeof(ushort) ? (ushort)(object)value
        : typeof(T) == typeof(byte) ? (byte)(object)value
        : typeof(T) == typeof(bool) ? (bool)(object)value ? 1 : 0
        : (double)(Int128)(object)value;
}
