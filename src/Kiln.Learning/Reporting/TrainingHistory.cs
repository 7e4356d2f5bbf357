using System.Collections.Immutable;

namespace Kiln.Learning.Reporting;

/// <summary>What one epoch of training came to.</summary>
public sealed record TrainingCurvePoint
{
    /// <summary>The epoch, or the round of boosting, counted from 1.</summary>
    public required int Epoch { get; init; }

    /// <summary>Mean loss over the training rows.</summary>
    public required double TrainingLoss { get; init; }

    /// <summary>Mean loss over the validation rows; NaN without such rows.</summary>
    public double ValidationLoss { get; init; } = double.NaN;

    /// <summary>The validation measure that decides when to stop; NaN where there is none.</summary>
    public double ValidationMetric { get; init; } = double.NaN;
}

/// <summary>The course of a fit.</summary>
public sealed record TrainingHistory
{
    /// <summary>What was fitted, where a model is made of several fits; empty for the only one.</summary>
    public string Name { get; init; } = "";

    /// <summary>What is counted: epochs, or rounds.</summary>
    public string Step { get; init; } = "Epoch";

    /// <summary>Name of the loss.</summary>
    public required string Loss { get; init; }

    /// <summary>Name of the validation measure.</summary>
    public string Metric { get; init; } = "";

    /// <summary>The epoch whose weights were kept.</summary>
    public required int BestEpoch { get; init; }

    /// <summary>One point an epoch, in order; none for what is solved for at once.</summary>
    public required ImmutableArray<TrainingCurvePoint> Points { get; init; }
}
