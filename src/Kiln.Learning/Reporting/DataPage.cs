using System.Collections.Immutable;
using Kiln.Data;
using Kiln.Learning.Describing;

namespace Kiln.Learning.Reporting;

/// <summary>What there is to know of a table before anybody learns from it.</summary>
public sealed record DataPage
{
    /// <summary>The pipeline whose table it is.</summary>
    public required string Pipeline { get; init; }

    /// <summary>What it holds, and what changed.</summary>
    public required TableFacts Table { get; init; }

    /// <summary>What was read and rejected; null where rows did not come from files with a contract.</summary>
    public IngestReport? Ingested { get; init; }

    /// <summary>What the files promised.</summary>
    public DataContract? Contract { get; init; }

    /// <summary>Some of the rejected records.</summary>
    public ImmutableArray<RejectedRecord> Rejects { get; init; } = [];

    /// <summary>What the table is made of.</summary>
    public required Provenance Provenance { get; init; }
}

/// <summary>A record that broke its contract: where, how, and its text.</summary>
public sealed record RejectedRecord(long Line, string Column, string Reason, string Text);
