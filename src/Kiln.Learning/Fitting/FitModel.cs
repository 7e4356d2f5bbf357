using Kiln.Data;
using Kiln.Learning.Models;

namespace Kiln.Learning.Fitting;

/// <summary>Fits the chosen candidate to all training rows.</summary>
/// <param name="pipeline">The pipeline's name.</param>
/// <param name="problem">What is learned.</param>
/// <param name="training">The rows learned from.</param>
/// <param name="settings">Which candidate, and what is changed of it.</param>
/// <param name="models">The candidates.</param>
[TaskDescription("Fits the chosen candidate to the training rows.")]
public sealed class FitModel(string pipeline, LearningProblem problem, Output<Table> training, TrainSettings settings, ModelsSettings models) : Stage
{
    /// <summary>The libraries that fit.</summary>
    public Inputs<PlainFile> Libraries { get; } = LearningLibraries.All;

    /// <summary>What is fitted.</summary>
    public Candidate Candidate { get; } = problem.Accept(settings.Choose(models));

    /// <summary>Files that the candidate's settings name.</summary>
    public Inputs<PlainFile> ModelFiles { get; } = LearningLibraries.FilesOf(settings.Choose(models).Model);

    /// <summary>What the device setting comes to here.</summary>
    public string Accelerator { get; } = Libtorch.Accelerator(settings.Choose(models).Model.Device);

    /// <summary>The rows learned from.</summary>
    public Input<Table> Training { get; } = training;

    /// <summary>The model: weights, preparation, signature, settings, hashes.</summary>
    public Output<ModelFolder> Model { get; } = new($"models/{pipeline}/model");

    /// <summary>How it was fitted.</summary>
    public Output<Json<FitRecord>> Record { get; } = new($"models/{pipeline}/training.json");

    /// <summary>What the fit took of the machine, epoch by epoch.</summary>
    public Output<Json<TrainingLog>> Log { get; } = new($"models/{pipeline}/training-log.json") { VariesByRun = true };

    /// <inheritdoc/>
    protected override Task RunAsync(StageRun run)
    {
        if (Candidate.Model.NeedsValidation) throw FittingErrors.NothingToStopBy(Candidate.Name);
        var rows = run.Open(Training);
        using var fitted = Models.Model.Fit(Candidate.Model, problem.Prepare(rows, Candidate.Preparation), problem.Read(rows, Candidate.Days), null, FitProgress.Of(run, Candidate.Name, Candidate.Model));
        run.Open(Model).Write(fitted.Model);
        run.Open(Record).Write(fitted.Record);
        run.Open(Log).Write(TrainingLog.Of(Candidate, ("fit", fitted.Record)));
        run.Metric("rows", fitted.Record.Rows);
        run.Metric("parameters", fitted.Record.Parameters);
        return Task.CompletedTask;
    }
}
