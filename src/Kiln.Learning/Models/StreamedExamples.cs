using Kiln.Data;

namespace Kiln.Learning.Models;

/// <summary>
/// Rows to learn from that stay in their Parquet files, for tables larger than memory. In memory are, of all rows, the labels and weights
/// (8 bytes a row), one column at a time while the preparation is fitted, and then two buffers of prepared rows.
/// </summary>
public sealed record StreamedExamples
{
    /// <summary>The rows.</summary>
    public required Table Table { get; init; }

    /// <summary>What is learned.</summary>
    public required Target Target { get; init; }

    /// <summary>The column of how much each row counts; null: all the same.</summary>
    public string? Weight { get; init; }

    /// <summary>
    /// Bytes of prepared rows that are shuffled among each other; two such buffers are held. An epoch takes row groups in random order, fills a
    /// buffer with several, and takes its rows in random order: the larger, the nearer to a shuffle of all. It decides the order of rows.
    /// </summary>
    public int BufferBytes { get; init; } = 128 << 20;
}
