using System.Collections.Immutable;
using Kiln.Data;
using Kiln.Learning.Evaluating;

namespace Kiln.Learning.Gates;

/// <summary>A model's answers for the test rows, and those of the models it is held against.</summary>
public sealed record JudgedModel
{
    /// <summary>The candidate.</summary>
    public required string Candidate { get; init; }

    /// <summary>The test rows with all their columns: slices, groups and clusters come from them.</summary>
    public required TableColumns Columns { get; init; }

    /// <summary>What the model answered.</summary>
    public required JudgedRows Rows { get; init; }

    /// <summary>What others answered for the same rows, by their names in criteria.</summary>
    public ImmutableDictionary<string, JudgedRows> Others { get; init; } = ImmutableDictionary<string, JudgedRows>.Empty;

    /// <summary>What the model costs; null where no criterion asks.</summary>
    public ScoringCost? Cost { get; init; }
}

/// <summary>What a model costs on the machine that measured it.</summary>
public sealed record ScoringCost
{
    /// <summary>Bytes of its folder.</summary>
    public required long ModelBytes { get; init; }

    /// <summary>The median time to answer one row, in microseconds.</summary>
    public required double RowMicroseconds { get; init; }

    /// <summary>The time within which 99 of 100 rows are answered, in microseconds.</summary>
    public required double RowMicroseconds99 { get; init; }

    /// <summary>Rows a second, answered together on one thread.</summary>
    public required double RowsPerSecond { get; init; }
}
