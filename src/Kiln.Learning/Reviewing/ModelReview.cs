using System.Collections.Immutable;
using Kiln.Learning.Fairness;

namespace Kiln.Learning.Reviewing;

/// <summary>What a model's answers for the test rows come to: plain data for pages.</summary>
public sealed record ModelReview
{
    /// <summary>The candidate.</summary>
    public required string Candidate { get; init; }

    /// <summary>Test rows.</summary>
    public required int Rows { get; init; }

    /// <summary>How the intervals were made, in words.</summary>
    public required string Intervals { get; init; }

    /// <summary>The metrics over all rows.</summary>
    public required ImmutableArray<MetricInterval> Metrics { get; init; }

    /// <summary>The first metric over each slice.</summary>
    public required ImmutableArray<SliceFigure> Slices { get; init; }

    /// <summary>The slices on which rows cost most; null where nobody looked.</summary>
    public WorstSlices? Worst { get; init; }

    /// <summary>How groups are treated.</summary>
    public required ImmutableArray<GroupReview> Fairness { get; init; }

    /// <summary>The rows that the model is most wrong on.</summary>
    public required ImmutableArray<WrongExample> MostWrong { get; init; }
}

/// <summary>A metric with its interval.</summary>
public sealed record MetricInterval
{
    /// <summary>The metric.</summary>
    public required string Metric { get; init; }

    /// <summary>Whether more of it is better.</summary>
    public required bool IsHigherBetter { get; init; }

    /// <summary>The value; null where the rows have none.</summary>
    public required double? Estimate { get; init; }

    /// <summary>The interval's lower end; null where there is none.</summary>
    public double? Lower { get; init; }

    /// <summary>The interval's upper end.</summary>
    public double? Upper { get; init; }

    /// <summary>Why there is no value, or no interval; empty where there is.</summary>
    public string Reason { get; init; } = "";
}

/// <summary>A metric over a slice.</summary>
public sealed record SliceFigure
{
    /// <summary>The slice.</summary>
    public required string Name { get; init; }

    /// <summary>What its rows have in common.</summary>
    public required string Definition { get; init; }

    /// <summary>Its rows.</summary>
    public required int Rows { get; init; }

    /// <summary>Those of the second of two classes; null for other tasks.</summary>
    public required int? Positives { get; init; }

    /// <summary>The figure.</summary>
    public required MetricInterval Figure { get; init; }
}

/// <summary>What the search for the worst slices found.</summary>
public sealed record WorstSlices
{
    /// <summary>What a row costs, in words.</summary>
    public required string Loss { get; init; }

    /// <summary>The mean loss of all rows.</summary>
    public required double MeanLoss { get; init; }

    /// <summary>Slices that were tested.</summary>
    public required int Tested { get; init; }

    /// <summary>Conjunctions that were not looked at.</summary>
    public required long LeftOut { get; init; }

    /// <summary>The slices, the worst first.</summary>
    public required ImmutableArray<WorstSlice> Slices { get; init; }
}

/// <summary>A slice whose rows cost more than others.</summary>
public sealed record WorstSlice(string Definition, int Rows, double MeanLoss, double RestLoss, double CorrectedPValue, bool IsSignificant);

/// <summary>How the groups of a column are treated, with an interval for each measure.</summary>
/// <param name="Report">The groups and the measures.</param>
/// <param name="Intervals">The intervals, in the order of the report's figures.</param>
public sealed record GroupReview(FairnessReport Report, ImmutableArray<MetricInterval> Intervals);

/// <summary>A row that the model is wrong on.</summary>
/// <param name="Row">Its number in the test rows, from 0.</param>
/// <param name="Label">What was true of it.</param>
/// <param name="Answer">What was answered.</param>
/// <param name="Loss">What that costs.</param>
/// <param name="Values">What the model saw, by column.</param>
public sealed record WrongExample(int Row, string Label, string Answer, double Loss, ImmutableArray<ExampleValue> Values);

/// <summary>A value of an example; null where it is missing.</summary>
public sealed record ExampleValue(string Column, string? Value);
