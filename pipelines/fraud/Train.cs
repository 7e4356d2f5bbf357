using Kiln.Data;
using Kiln.Learning;
using Kiln.Learning.Evaluating;
using Kiln.Learning.Fitting;
using Kiln.Learning.Models;

namespace Kiln.Pipelines.Fraud;

/// <summary>How the model was trained; what the pages tell of it. The same every time.</summary>
public sealed record TrainingRecord
{
    /// <summary>The candidate.</summary>
    public required string Candidate { get; init; }

    /// <summary>The fit of the selection: on the earlier window, judged on the validation window after each epoch.</summary>
    public required FitRecord Selection { get; init; }

    /// <summary>The fit of the model itself, on the training window.</summary>
    public required FitRecord Fit { get; init; }
}

/// <summary>
/// Fits the chosen candidate: first on the earlier window, to score the validation window, by which the threshold is chosen (and the number of epochs, where the
/// candidate stops early); then anew on the training window.
/// </summary>
[TaskDescription("Scores the validation window by a fit before it, then fits the model on the training window.")]
public sealed class Train(Split split, TrainSettings settings, ModelsSettings models) : Stage
{
    /// <summary>The libraries that fit.</summary>
    public Inputs<PlainFile> Libraries { get; } = LearningLibraries.All;

    /// <summary>What is fitted.</summary>
    public Candidate Candidate { get; } = FraudProblem.Definition.Accept(settings.Choose(models));

    /// <summary>Files that the candidate's settings name.</summary>
    public Inputs<PlainFile> ModelFiles { get; } = LearningLibraries.FilesOf(settings.Choose(models).Model);

    /// <summary>What the device setting comes to here.</summary>
    public string Accelerator { get; } = Libtorch.Accelerator(settings.Choose(models).Model.Device);

    /// <summary>The earlier window.</summary>
    public Input<Table> Selection { get; } = split.Selection;

    /// <summary>The window it is judged on.</summary>
    public Input<Table> Validation { get; } = split.Validation;

    /// <summary>The window the model is fitted on.</summary>
    public Input<Table> Training { get; } = split.Training;

    /// <summary>The model: weights, preparation, signature, settings, hashes.</summary>
    public Output<ModelFolder> Model { get; } = new("models/fraud/classifier");

    /// <summary>How it was trained.</summary>
    public Output<Json<TrainingRecord>> Record { get; } = new("models/fraud/training.json");

    /// <summary>What the model of the selection answered on the validation window, by which the threshold is chosen.</summary>
    public Output<Table> ValidationScores { get; } = new("models/fraud/validation-scores.parquet");

    /// <summary>What the fits took of the machine, epoch by epoch.</summary>
    public Output<Json<TrainingLog>> Log { get; } = new("models/fraud/training-log.json") { VariesByRun = true };

    /// <inheritdoc/>
    protected override Task RunAsync(StageRun run)
    {
        var problem = FraudProblem.Definition;
        var validation = problem.Read(run.Open(Validation));
        using var selected = Fit("selection", Candidate.Model, run.Open(Selection), validation);
        var scores = selected.Model.Predict(validation.Columns).ToDoubles();
        var truths = Measures.ToTruths(validation.Labels.Span);

        var chosen = Candidate.Model.NeedsValidation ? Candidate.Model.ForEpochs(selected.Record.BestEpoch) : Candidate.Model;
        using var fitted = Fit("fit", chosen, run.Open(Training), null);
        run.Open(Model).Write(fitted.Model);
        run.Open(Record).Write(new TrainingRecord { Candidate = Candidate.Name, Selection = selected.Record, Fit = fitted.Record });
        run.Open(ValidationScores).Write([Column.Of<bool>(TransactionEvents.Fraud, truths), Column.Of<double>("SCORE", scores)]);
        run.Open(Log).Write(TrainingLog.Of(Candidate, ("selection", selected.Record), ("fit", fitted.Record)));
        if (Candidate.Model.NeedsValidation) run.Metric("chosen epochs", selected.Record.BestEpoch);
        run.Metric("validation average precision", Metric.Parse("average precision").Of(JudgedRows.Of(scores, truths)));
        return Task.CompletedTask;

        FitOutcome Fit(string what, EstimatorSettings model, Table rows, Examples? judged) =>
            Kiln.Learning.Models.Model.Fit(model, problem.Prepare(rows, Candidate.Preparation), problem.Read(rows, Candidate.Days), judged, FitProgress.Of(run, what, model));
    }
}
