using System.Text.Json.Serialization;

namespace Kiln.Learning.Training;

/// <summary>What one epoch came to. All but the timing is the same every time the training is repeated.</summary>
public sealed record EpochRecord
{
    /// <summary>The epoch, from 1.</summary>
    public required int Epoch { get; init; }

    /// <summary>The mean loss over the epoch's steps, each before its step.</summary>
    public required double TrainingLoss { get; init; }

    /// <summary>The loss on the validation rows after the epoch, without dropout; NaN without such rows.</summary>
    public required double ValidationLoss { get; init; }

    /// <summary>Area under the ROC curve on the validation rows; NaN without such rows.</summary>
    public required double RocAuc { get; init; }

    /// <summary>Average precision on the validation rows; NaN without such rows.</summary>
    public required double AveragePrecision { get; init; }

    /// <summary>The learning rate of the epoch's steps.</summary>
    public required double LearningRate { get; init; }

    /// <summary>The mean norm of the steps' gradients, before clipping.</summary>
    public required double GradientNorm { get; init; }

    /// <summary>How long it took: differs from run to run, and so stays out of what is written.</summary>
    [JsonIgnore]
    public EpochTiming? Timing { get; init; }
}

/// <summary>How long an epoch took.</summary>
/// <param name="Seconds">Training and validation.</param>
/// <param name="RowsPerSecond">Training rows a second of training.</param>
public sealed record EpochTiming(double Seconds, double RowsPerSecond);

/// <summary>A measure of scores against labels: a higher score says positive.</summary>
public delegate double ScoreMetric(ReadOnlySpan<double> scores, ReadOnlySpan<bool> labels);

/// <summary>How validation scores are measured; the trainer has no opinion of its own.</summary>
public sealed record ValidationMetrics
{
    /// <summary>Area under the ROC curve.</summary>
    public required ScoreMetric RocAuc { get; init; }

    /// <summary>Average precision.</summary>
    public required ScoreMetric AveragePrecision { get; init; }
}
