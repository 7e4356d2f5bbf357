using System.Collections.Immutable;
using Kiln.Learning.Preparing;

namespace Kiln.Learning.Describing;

/// <summary>What a table holds, column by column. Plain data: the same rows give the same bytes as JSON. No row is in it, but texts that several rows share are.</summary>
public sealed record TableFacts
{
    /// <summary>What the table is called.</summary>
    public required string Name { get; init; }

    /// <summary>Rows.</summary>
    public required long Rows { get; init; }

    /// <summary>The columns, in order.</summary>
    public required ImmutableArray<ColumnFacts> Columns { get; init; }

    /// <summary>What changed since an earlier version; null where none was given.</summary>
    public TableChange? Change { get; init; }
}

/// <summary>What one column holds.</summary>
public sealed record ColumnFacts
{
    /// <summary>The column's name.</summary>
    public required string Name { get; init; }

    /// <summary>Its type in SQL.</summary>
    public required string Type { get; init; }

    /// <summary>What it holds.</summary>
    public required InputKind Kind { get; init; }

    /// <summary>Rows without a value.</summary>
    public required long Nulls { get; init; }

    /// <summary>Rows whose number is not finite; they count in no figure of the numbers.</summary>
    public long NotFinite { get; init; }

    /// <summary>Different values.</summary>
    public required long Distinct { get; init; }

    /// <summary>Of numbers, of times (days, or microseconds, since 1970), and of the lengths of bytes; null where the column has none.</summary>
    public NumberFacts? Numbers { get; init; }

    /// <summary>The most frequent texts, of those that several rows have; of numbers that are few and of truths all, in order.</summary>
    public ImmutableArray<ValueCount> Values { get; init; } = [];

    /// <summary>Rows of values that are not listed.</summary>
    public long Others { get; init; }
}

/// <summary>How numbers are distributed.</summary>
public sealed record NumberFacts
{
    /// <summary>The fractions of <see cref="Quantiles"/>.</summary>
    public static ImmutableArray<double> Fractions { get; } = [0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99];

    /// <summary>The least.</summary>
    public required double Min { get; init; }

    /// <summary>The greatest.</summary>
    public required double Max { get; init; }

    /// <summary>The mean.</summary>
    public required double Mean { get; init; }

    /// <summary>The standard deviation (divisor n).</summary>
    public required double Deviation { get; init; }

    /// <summary>The quantiles at <see cref="Fractions"/>, interpolated linearly as numpy does.</summary>
    public required ImmutableArray<double> Quantiles { get; init; }

    /// <summary>Rows in bins of equal width from the least to the greatest, as numpy's histogram counts them.</summary>
    public required ImmutableArray<BinCount> Bins { get; init; }

    /// <summary>The deciles between which <see cref="Groups"/> counts, each once: what a later version is compared by.</summary>
    public required ImmutableArray<double> GroupEdges { get; init; }

    /// <summary>Rows up to the first edge, from there up to the second, and so on; one more than there are edges.</summary>
    public required ImmutableArray<long> Groups { get; init; }
}

/// <summary>Rows from an edge up to the next.</summary>
public readonly record struct BinCount(double From, double To, long Rows);

/// <summary>Rows of one value.</summary>
public sealed record ValueCount(string Value, long Rows);
