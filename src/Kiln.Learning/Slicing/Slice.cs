using System.Collections.Immutable;

namespace Kiln.Learning.Slicing;

/// <summary>Some of the rows that are judged on, by what they have in common.</summary>
public sealed record Slice
{
    /// <summary>A short name, such as <c>sex = Female &amp; age &lt; 25</c>; the slices of one list have names of their own.</summary>
    public required string Name { get; init; }

    /// <summary>What its rows have in common, in words.</summary>
    public required string Definition { get; init; }

    /// <summary>Its rows by their places, ascending; an empty slice has none, and is told all the same.</summary>
    public required ImmutableArray<int> Rows { get; init; }
}
