using System.Collections.Immutable;
using System.ComponentModel.DataAnnotations;
using Kiln.Torch;

namespace Kiln.Learning.Training;

/// <summary>
/// Fits a feed-forward network to rows of two classes: standardized inputs, mini-batches in an order drawn anew each epoch,
/// AdamW, early stopping on validation rows, and the best epoch's weights as the result. The same settings, rows, libtorch and
/// thread count give the same bits on the CPU, whether or not the training was interrupted and resumed from a checkpoint.
/// </summary>
public sealed class BinaryClassifierTrainer(TrainingSettings settings, ImmutableArray<string> featureNames)
{
    // libtorch's default generators belong to the process: two trainings at once would draw from each other's numbers.
    static readonly Lock oneAtATime = new();

    /// <summary>How validation scores are measured; needed where there are validation rows.</summary>
    public ValidationMetrics? Metrics { get; init; }

    /// <summary>Told once, before any epoch, how many a checkpoint brought along, where it did.</summary>
    public Action<int>? OnResume { get; init; }

    /// <summary>Told of every epoch when it ends, on the training's thread.</summary>
    public Action<EpochRecord>? OnEpoch { get; init; }

    /// <summary>
    /// A file that keeps the state after every epoch. Where it exists and was made by the same settings and rows, the training
    /// goes on from it, or is found to have ended already. Whoever named the file deletes it.
    /// </summary>
    public string? CheckpointPath { get; init; }

    /// <summary>Trains. Without validation rows all epochs are run and the last weights are the result.</summary>
    /// <exception cref="KilnException">Settings or rows cannot be trained on, or the training diverged.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled; the last epoch's checkpoint stays.</exception>
    public TrainingOutcome Fit(TrainingExamples training, TrainingExamples? validation, CancellationToken cancellation = default)
    {
        Check(training, validation);
        try
        {
            lock (oneAtATime) return Run(training, validation, cancellation);
        }
        catch (TorchException exception)
        {
            throw TrainingErrors.Libtorch(exception);
        }
    }

    TrainingOutcome Run(TrainingExamples training, TrainingExamples? validation, CancellationToken cancellation)
    {
        TorchRuntime.Threads = settings.Threads;
        TorchRuntime.Seed((ulong)settings.Seed);
        using var run = new TrainingRun(settings, featureNames, Metrics, training, validation);
        var checkpoint = CheckpointPath is null ? null : new Checkpoint(CheckpointPath, Checkpoint.Identify(settings, featureNames, training, validation));
        var resumed = checkpoint?.Restore(run) ?? 0;
        if (resumed > 0) OnResume?.Invoke(resumed);
        while (!run.IsFinished)
        {
            var epoch = run.RunEpoch(cancellation);
            checkpoint?.Save(run);
            OnEpoch?.Invoke(epoch);
        }
        return run.Finish(resumed);
    }

    void Check(TrainingExamples training, TrainingExamples? validation)
    {
        var faults = new List<ValidationResult>();
        if (!Validator.TryValidateObject(settings, new(settings), faults, validateAllProperties: true)) throw TrainingErrors.BadSetting(faults[0].ErrorMessage ?? "");
        if (settings.Hidden.IsDefault || settings.Hidden.Any(width => width is < 1 or > 1 << 16))
            throw TrainingErrors.BadSetting("hidden: every layer has 1 to 65536 units");
        training.Check("training", featureNames.Length);
        validation?.Check("validation", featureNames.Length);
        if (validation is not null && Metrics is null) throw new ArgumentException("Validation rows need Metrics to measure them.", nameof(validation));
    }
}

/// <summary>What a training came to; it owns the model.</summary>
public sealed record TrainingOutcome : IDisposable
{
    /// <summary>The trained model: the best epoch's weights.</summary>
    public required ScoringModel Model { get; init; }

    /// <summary>Every epoch that was run, in order.</summary>
    public required ImmutableArray<EpochRecord> Epochs { get; init; }

    /// <summary>The epoch whose weights were kept, from 1.</summary>
    public required int BestEpoch { get; init; }

    /// <summary>Whether patience ended the training before its last epoch.</summary>
    public required bool StoppedEarly { get; init; }

    /// <summary>Where it ran, and why there.</summary>
    public required DeviceChoice Device { get; init; }

    /// <summary>How many epochs a checkpoint had brought along; 0 for a training from the start.</summary>
    public required int ResumedAfter { get; init; }

    public void Dispose() => Model.Dispose();
}
