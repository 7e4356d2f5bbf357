namespace Kiln.Data;

/// <summary>How a Parquet column chunk is compressed.</summary>
public enum TableCompression
{
    /// <summary>Fast, moderate size.</summary>
    Snappy,

    /// <summary>Slower, smaller.</summary>
    Zstd,

    /// <summary>None.</summary>
    Uncompressed,
}

/// <summary>What decides a written file's bytes besides its rows. Nothing else does, but for DuckDB's version.</summary>
public sealed record TableFormat
{
    /// <summary>Snappy.</summary>
    public static TableFormat Default { get; } = new();

    /// <summary>The codec.</summary>
    public TableCompression Compression { get; init; } = TableCompression.Snappy;

    /// <summary>Rows in a row group: the unit of parallel reading.</summary>
    public int RowGroupRows { get; init; } = 122_880;

    internal string Options =>
        $"FORMAT parquet, PARQUET_VERSION v1, COMPRESSION {Compression}, ROW_GROUP_SIZE {RowGroupRows}, USE_TMP_FILE false";
}
