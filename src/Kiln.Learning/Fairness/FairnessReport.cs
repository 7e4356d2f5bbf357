using System.Collections.Immutable;

namespace Kiln.Learning.Fairness;

/// <summary>How a model treats the groups of a column.</summary>
public sealed record FairnessReport
{
    /// <summary>The column.</summary>
    public required string Column { get; init; }

    /// <summary>The groups, those that are too small among them.</summary>
    public required ImmutableArray<FairnessGroup> Groups { get; init; }

    /// <summary>Rows that a group needs to be compared.</summary>
    public required int LeastRows { get; init; }

    /// <summary>Rows of a class that a group needs for its rate among them to be compared.</summary>
    public required int LeastOfClass { get; init; }

    /// <summary>The measures.</summary>
    public required ImmutableArray<FairnessFigure> Figures { get; init; }

    /// <summary>What a measure came to.</summary>
    public FairnessFigure this[FairnessMeasure measure] => Figures.Single(figure => figure.Measure == measure);
}

/// <summary>A group. Numbers are of rows; rates are by weight where rows have weights, and NaN where a group has no rows they are of.</summary>
public sealed record FairnessGroup
{
    /// <summary>The group.</summary>
    public required string Name { get; init; }

    /// <summary>Its rows.</summary>
    public required int Rows { get; init; }

    /// <summary>Those that are of the second class.</summary>
    public required int Positives { get; init; }

    /// <summary>Those that are answered with the second class.</summary>
    public required int Selected { get; init; }

    /// <summary>The share that is selected.</summary>
    public required double SelectionRate { get; init; }

    /// <summary>The share of its positives that is selected.</summary>
    public required double TruePositiveRate { get; init; }

    /// <summary>The share of its negatives that is selected.</summary>
    public required double FalsePositiveRate { get; init; }

    /// <summary>Whether it has enough rows to be compared; its rates among positives or negatives may still be of too few.</summary>
    public required bool IsCompared { get; init; }
}

/// <summary>What a measure came to, and between which groups.</summary>
public sealed record FairnessFigure
{
    /// <summary>The measure.</summary>
    public required FairnessMeasure Measure { get; init; }

    /// <summary>Its value; NaN where fewer than two groups can be compared, or a ratio is of zeros.</summary>
    public required double Value { get; init; }

    /// <summary>The group with the lowest rate; null where there is none to compare.</summary>
    public string? Lowest { get; init; }

    /// <summary>The group with the highest.</summary>
    public string? Highest { get; init; }
}
