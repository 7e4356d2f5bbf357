using System.Collections.Immutable;

namespace Kiln.Data;

/// <summary>What an ingestion read, took and rejected.</summary>
public sealed record IngestReport
{
    /// <summary>Rows in the file, the header not among them.</summary>
    public required long RowsRead { get; init; }

    /// <summary>Rows written to the table.</summary>
    public required long RowsAccepted { get; init; }

    /// <summary>Rows kept aside.</summary>
    public required long RowsRejected { get; init; }

    /// <summary>Rejected rows by column and reason, in that order.</summary>
    public required ImmutableArray<RejectCount> Rejects { get; init; }

    /// <summary>The accepted rows' columns, in the contract's order.</summary>
    public required ImmutableArray<ColumnSummary> Columns { get; init; }
}

/// <summary>How many rows were rejected for one reason. The column is empty where the whole record was wrong.</summary>
public sealed record RejectCount(string Column, string Reason, long Rows);

/// <summary>One column of the accepted rows; minimum and maximum are null where it has no values.</summary>
public sealed record ColumnSummary(string Name, long Nulls, string? Min, string? Max);
