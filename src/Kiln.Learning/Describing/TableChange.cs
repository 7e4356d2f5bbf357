using System.Collections.Immutable;

namespace Kiln.Learning.Describing;

/// <summary>How a table differs from an earlier version of it.</summary>
public sealed record TableChange
{
    /// <summary>Rows of the earlier version.</summary>
    public required long RowsBefore { get; init; }

    /// <summary>Columns that are new.</summary>
    public required ImmutableArray<string> Added { get; init; }

    /// <summary>Columns that are gone.</summary>
    public required ImmutableArray<string> Removed { get; init; }

    /// <summary>The columns that are in both, in the present order.</summary>
    public required ImmutableArray<ColumnChange> Columns { get; init; }
}

/// <summary>How a column differs from its earlier version.</summary>
public sealed record ColumnChange
{
    /// <summary>The column.</summary>
    public required string Name { get; init; }

    /// <summary>Its earlier type in SQL.</summary>
    public required string TypeBefore { get; init; }

    /// <summary>
    /// The population stability index: the sum over groups of (q − p) · ln(q / p), with p a group's share before and q its share now, each at least 0.0001
    /// (Siddiqi 2006, where up to 0.1 is called stable and above 0.25 shifted). Null where the kind changed, or one of them has no rows.
    /// </summary>
    public double? StabilityIndex { get; init; }

    /// <summary>The groups: between the earlier deciles, or the earlier most frequent values and all others; rows without a value are one.</summary>
    public ImmutableArray<GroupShares> Groups { get; init; } = [];
}

/// <summary>A group's share of the rows, before and now.</summary>
public sealed record GroupShares(string Group, double Before, double Now);
