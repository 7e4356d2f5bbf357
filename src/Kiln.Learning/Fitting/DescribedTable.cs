using System.Collections.Immutable;
using Kiln.Data;

namespace Kiln.Learning.Fitting;

/// <summary>A table that a data report tells of: its rows, and what is known of how they came in.</summary>
/// <param name="name">What it is called.</param>
/// <param name="rows">The table, or the partitions that make it together.</param>
public sealed class DescribedTable(string name, params ImmutableArray<Output<Table>> rows)
{
    /// <summary>What it is called.</summary>
    public string Name => name;

    /// <summary>The table, or the partitions that make it together.</summary>
    public ImmutableArray<Output<Table>> Rows => rows;

    /// <summary>What was read and rejected, a file each; none where rows did not come from files with a contract.</summary>
    public ImmutableArray<Output<Json<IngestReport>>> Counts { get; init; } = [];

    /// <summary>The rejected records, a file each.</summary>
    public ImmutableArray<Output<Table>> Rejects { get; init; } = [];

    /// <summary>The contract that the files were held to.</summary>
    public Input<PlainFile>? Contract { get; init; }

    /// <summary>The table that a file was kept as.</summary>
    public static DescribedTable Of(string name, IngestCsv ingest) => new(name, ingest.Rows) { Counts = [ingest.Counts], Rejects = [ingest.Rejects], Contract = ingest.Contract };
}
