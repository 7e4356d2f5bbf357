using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Kiln.Learning.Training;

/// <summary>What one epoch, or one round of boosting, came to. All but the resources is the same every time the fit is repeated.</summary>
public sealed record EpochRecord
{
    /// <summary>The epoch, from 1.</summary>
    public required int Epoch { get; init; }

    /// <summary>The mean loss over the epoch's steps, each before its step.</summary>
    public required double TrainingLoss { get; init; }

    /// <summary>The loss on the validation rows after the epoch, without dropout; NaN without such rows.</summary>
    public required double ValidationLoss { get; init; }

    /// <summary>Measures on the validation rows, by name; none without such rows.</summary>
    public ImmutableSortedDictionary<string, double> Validation { get; init; } = ImmutableSortedDictionary<string, double>.Empty;

    /// <summary>The learning rate of the epoch's last step.</summary>
    public required double LearningRate { get; init; }

    /// <summary>The mean norm of the steps' gradients, before clipping; NaN where there are none.</summary>
    public double GradientNorm { get; init; } = double.NaN;

    /// <summary>What it took: differs from run to run, and so stays out of what is written.</summary>
    [JsonIgnore]
    public EpochResources? Resources { get; init; }
}

/// <summary>What an epoch took of the machine.</summary>
public sealed record EpochResources
{
    /// <summary>Wall time of training and validation.</summary>
    public required double Seconds { get; init; }

    /// <summary>Training rows a second of training.</summary>
    public required double RowsPerSecond { get; init; }

    /// <summary>Processor time of the whole process, in seconds.</summary>
    public required double ProcessorSeconds { get; init; }

    /// <summary>Memory that the process holds at the end, in bytes.</summary>
    public required long MemoryBytes { get; init; }

    /// <summary>Bytes of the tensors alive on the GPU at the end; null without one.</summary>
    public long? GpuMemoryBytes { get; init; }

    /// <summary>
    /// The share of the time, in percent, in which the GPU computed something, of this process or another: the mean of what its driver told now and then
    /// (NVML). Null without a GPU, or where the driver does not tell.
    /// </summary>
    public double? GpuUtilization { get; init; }
}
