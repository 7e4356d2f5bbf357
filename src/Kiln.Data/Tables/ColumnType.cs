namespace Kiln.Data;

/// <summary>What a column holds. The numbers are DuckDB's.</summary>
public enum ColumnKind
{
    /// <summary>true or false; read as <see cref="bool"/>.</summary>
    Boolean = 1,

    /// <summary>Read as <see cref="sbyte"/>.</summary>
    TinyInt = 2,

    /// <summary>Read as <see cref="short"/>.</summary>
    SmallInt = 3,

    /// <summary>Read as <see cref="int"/>.</summary>
    Integer = 4,

    /// <summary>Read as <see cref="long"/>.</summary>
    BigInt = 5,

    /// <summary>Read as <see cref="byte"/>.</summary>
    UTinyInt = 6,

    /// <summary>Read as <see cref="ushort"/>.</summary>
    USmallInt = 7,

    /// <summary>Read as <see cref="uint"/>.</summary>
    UInteger = 8,

    /// <summary>Read as <see cref="ulong"/>.</summary>
    UBigInt = 9,

    /// <summary>Read as <see cref="float"/>.</summary>
    Float = 10,

    /// <summary>Read as <see cref="double"/>.</summary>
    Double = 11,

    /// <summary>Microseconds since 1970 UTC; read as <see cref="long"/>.</summary>
    Timestamp = 12,

    /// <summary>Days since 1970-01-01; read as <see cref="int"/>.</summary>
    Date = 13,

    /// <summary>What sums of integers are; read as <see cref="System.Int128"/>.</summary>
    HugeInt = 16,

    /// <summary>UTF-8 text.</summary>
    Text = 17,

    /// <summary>Bytes of any number.</summary>
    Blob = 18,

    /// <summary>
    /// A decimal as its unscaled integer: <see cref="short"/> up to 4 digits, <see cref="int"/> up to 9, <see cref="long"/> up to 18,
    /// <see cref="System.Int128"/> up to 38.
    /// </summary>
    Decimal = 19,
}

/// <summary>A column's kind, and for decimals the number of digits and how many of them stand behind the point.</summary>
public readonly record struct ColumnType(ColumnKind Kind, int Precision = 0, int Scale = 0)
{
    /// <summary>A decimal type.</summary>
    public static ColumnType Decimal(int precision, int scale) => new(ColumnKind.Decimal, precision, scale);

    /// <summary>The type of one value in memory; null for texts and bytes.</summary>
    public Type? Storage => Kind switch
    {
        ColumnKind.Boolean => typeof(bool),
        ColumnKind.TinyInt => typeof(sbyte),
        ColumnKind.SmallInt => typeof(short),
        ColumnKind.Integer or ColumnKind.Date => typeof(int),
        ColumnKind.BigInt or ColumnKind.Timestamp => typeof(long),
        ColumnKind.UTinyInt => typeof(byte),
        ColumnKind.USmallInt => typeof(ushort),
        ColumnKind.UInteger => typeof(uint),
        ColumnKind.UBigInt => typeof(ulong),
        ColumnKind.Float => typeof(float),
        ColumnKind.Double => typeof(double),
        ColumnKind.HugeInt => typeof(Int128),
        ColumnKind.Decimal => Precision switch { <= 4 => typeof(short), <= 9 => typeof(int), <= 18 => typeof(long), _ => typeof(Int128) },
        _ => null,
    };

    /// <summary>The type's name in SQL.</summary>
    public override string ToString() => Kind switch
    {
        ColumnKind.Decimal => $"DECIMAL({Precision},{Scale})",
        ColumnKind.Text => "VARCHAR",
        _ => Kind.ToString().ToUpperInvariant(),
    };
}

/// <summary>A column's name and type.</summary>
public readonly record struct ColumnSchema(string Name, ColumnType Type);
