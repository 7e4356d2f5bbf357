using System.Collections.Immutable;
using Kiln.Data;
using Kiln.Learning;
using Kiln.Learning.Evaluating;
using Kiln.Learning.Training;

namespace Kiln.Pipelines.Fraud;

/// <summary>How the model was trained; what the pages and the threshold come from. The same every time.</summary>
public sealed record TrainingRecord
{
    /// <summary>The epochs of the selection: fitted on the earlier window, judged on the validation window after each.</summary>
    public required ImmutableArray<EpochRecord> Selection { get; init; }

    /// <summary>The best of them: as many epochs the model itself was fitted for.</summary>
    public required int ChosenEpochs { get; init; }

    /// <summary>The epochs of the model itself, on the training window.</summary>
    public required ImmutableArray<EpochRecord> Fit { get; init; }

    /// <summary>The threshold above which a transaction is flagged, chosen on the validation window.</summary>
    public required ThresholdChoice Threshold { get; init; }

    /// <summary>Trainable numbers of the network.</summary>
    public required long Parameters { get; init; }

    /// <summary>Where it ran, and why there.</summary>
    public required string Device { get; init; }
}

/// <summary>
/// Trains the network: first on the earlier window, to choose the number of epochs and the threshold on the validation window; then anew,
/// for that many epochs, on the training window. Inputs are standardized by the statistics of the window that is fitted.
/// </summary>
[TaskDescription("Chooses the number of epochs on the earlier windows, then fits the network on the training window.")]
public sealed class Train(Split split, TrainingSettings settings) : Stage
{
    static readonly ValidationMetrics Metrics = new()
    {
        RocAuc = (scores, labels) => Ranking.Of(scores, labels).AreaUnderRoc(),
        AveragePrecision = (scores, labels) => Ranking.Of(scores, labels).AveragePrecision(),
    };

    /// <summary>The library that trains.</summary>
    public Inputs<PlainFile> LibtorchLibrary { get; } = Libtorch.Library;

    /// <summary>The library that reads the tables.</summary>
    public Input<PlainFile> DuckDbLibrary { get; } = DuckDb.Library;

    /// <summary>What the device setting comes to here.</summary>
    public string Accelerator { get; } = Libtorch.Accelerator(settings.Device);

    /// <summary>The earlier window, on which the number of epochs is tried.</summary>
    public Input<Table> Selection { get; } = split.Selection;

    /// <summary>The window it is judged on.</summary>
    public Input<Table> Validation { get; } = split.Validation;

    /// <summary>The window the model is fitted on.</summary>
    public Input<Table> Training { get; } = split.Training;

    /// <summary>The model: weights, standardizer, names of the features, settings.</summary>
    public Output<ModelFile> Model { get; } = new("models/fraud/classifier.safetensors");

    /// <summary>How it was trained.</summary>
    public Output<Json<TrainingRecord>> Record { get; } = new("models/fraud/training.json");

    /// <inheritdoc/>
    protected override Task RunAsync(StageRun run)
    {
        var validation = Examples(run.Open(Validation));
        using var selected = Fit(run, "selection", settings, Examples(run.Open(Selection)), validation);
        var scores = selected.Model.Score(validation.Features.Span);
        var threshold = ThresholdChoice.GreatestF1(Ranking.Of(Array.ConvertAll(scores, score => (double)score), validation.Labels.Span));

        using var fitted = Fit(run, "fit", settings with { Epochs = selected.BestEpoch }, Examples(run.Open(Training)), null);
        run.Open(Model).Write(fitted.Model, settings);
        run.Open(Record).Write(new TrainingRecord
        {
            Selection = selected.Epochs,
            ChosenEpochs = selected.BestEpoch,
            Fit = fitted.Epochs,
            Threshold = threshold,
            Parameters = fitted.Model.ParameterCount,
            Device = $"{fitted.Device.Device} ({fitted.Device.Reason})",
        });
        run.Metric("chosen epochs", selected.BestEpoch);
        run.Metric("validation average precision", selected.Epochs[selected.BestEpoch - 1].AveragePrecision);
        run.Metric("training loss", fitted.Epochs[^1].TrainingLoss);
        return Task.CompletedTask;
    }

    static TrainingOutcome Fit(StageRun run, string what, TrainingSettings settings, TrainingExamples training, TrainingExamples? validation)
    {
        Directory.CreateDirectory(run.CheckpointFolder);
        var progress = run.Progress(what, settings.Epochs, "epochs");
        var trainer = new BinaryClassifierTrainer(settings, FraudFeatures.Names)
        {
            Metrics = Metrics,
            CheckpointPath = Path.Combine(run.CheckpointFolder, what + ".safetensors"),
            OnResume = epochs =>
            {
                run.Note($"Train: {what} goes on after epoch {epochs}, from its checkpoint");
                progress.Add(epochs);
            },
            OnEpoch = epoch => progress.Add(1, Describe(epoch)),
        };
        return trainer.Fit(training, validation, run.Cancellation);
    }

    static string Describe(EpochRecord epoch) =>
        $"loss {epoch.TrainingLoss:0.0000}" + (double.IsFinite(epoch.AveragePrecision) ? $", validation AP {epoch.AveragePrecision:0.000}" : "");

    static TrainingExamples Examples(Table table)
    {
        var examples = LabelledExamples.Read(table, FraudFeatures.Names);
        return new TrainingExamples { Features = examples.Features, Labels = examples.Labels };
    }
}
