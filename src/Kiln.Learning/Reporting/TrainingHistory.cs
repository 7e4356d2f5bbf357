using System.Collections.Immutable;

namespace Kiln.Learning.Reporting;

/// <summary>What one epoch of training came to.</summary>
public sealed record TrainingCurvePoint
{
    /// <summary>The epoch, counted from 1.</summary>
    public required int Epoch { get; init; }

    /// <summary>Mean loss over the training rows.</summary>
    public required double TrainingLoss { get; init; }

    /// <summary>Mean loss over the validation rows.</summary>
    public required double ValidationLoss { get; init; }

    /// <summary>The validation measure that decides when to stop.</summary>
    public required double ValidationMetric { get; init; }
}

/// <summary>The course of a training run.</summary>
public sealed record TrainingHistory
{
    /// <summary>Name of the loss.</summary>
    public required string Loss { get; init; }

    /// <summary>Name of the validation measure.</summary>
    public required string Metric { get; init; }

    /// <summary>The epoch whose weights were kept.</summary>
    public required int BestEpoch { get; init; }

    /// <summary>One point an epoch, in order.</summary>
    public required ImmutableArray<TrainingCurvePoint> Points { get; init; }
}
