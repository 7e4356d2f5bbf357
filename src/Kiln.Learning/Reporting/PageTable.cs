using System.Collections.Immutable;

namespace Kiln.Learning.Reporting;

/// <summary>How a column's values are written.</summary>
public enum ColumnFormat
{
    /// <summary>As they are.</summary>
    Text,

    /// <summary>Text that is a name in code, such as a hash.</summary>
    Code,

    /// <summary>A whole number.</summary>
    Count,

    /// <summary>A measure of about 1: four digits behind the point; fewer where it is large.</summary>
    Measure,

    /// <summary>A score: six digits behind the point at most.</summary>
    Score,

    /// <summary>Six significant digits at most.</summary>
    Number,

    /// <summary>A share, in hundredths.</summary>
    Percent,

    /// <summary>A time.</summary>
    Seconds,
}

/// <summary>A column of numbers that a page shows.</summary>
/// <param name="Field">What a chart's specification calls it.</param>
/// <param name="Heading">What people read above it.</param>
/// <param name="Format">How its values are written.</param>
public sealed record PageColumn(string Field, string Heading, ColumnFormat Format)
{
    /// <summary>Whether it is set flush right.</summary>
    public bool IsNumber => Format is not (ColumnFormat.Text or ColumnFormat.Code);

    /// <summary>Whether its values are code.</summary>
    public bool IsCode => Format == ColumnFormat.Code;
}

/// <summary>A table on a page.</summary>
public sealed record PageTable
{
    /// <summary>What the table shows, above it.</summary>
    public required string Caption { get; init; }

    /// <summary>The columns; the first names the row.</summary>
    public required ImmutableArray<PageColumn> Columns { get; init; }

    /// <summary>The rows, a value a column; null is shown as a dash.</summary>
    public required ImmutableArray<object?[]> Rows { get; init; }
}

/// <summary>
/// A part of a page that is not every model's: its text, numbers, tables and pictures. What a page has no place of its own for goes here.
/// </summary>
public sealed record PageSection
{
    /// <summary>The place on the page, for links: letters, digits and hyphens.</summary>
    public required string Id { get; init; }

    /// <summary>The heading.</summary>
    public required string Heading { get; init; }

    /// <summary>A paragraph beneath it; empty for none.</summary>
    public string Lead { get; init; } = "";

    /// <summary>Numbers in large print.</summary>
    public ImmutableArray<MetricFact> Metrics { get; init; } = [];

    /// <summary>Labelled facts.</summary>
    public ImmutableArray<Fact> Facts { get; init; } = [];

    /// <summary>Tables.</summary>
    public ImmutableArray<PageTable> Tables { get; init; } = [];

    /// <summary>Pictures, each with its numbers.</summary>
    public ImmutableArray<Chart> Charts { get; init; } = [];
}
