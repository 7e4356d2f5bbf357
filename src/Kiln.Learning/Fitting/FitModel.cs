using Kiln.Data;
using Kiln.Learning.Models;

namespace Kiln.Learning.Fitting;

/// <summary>Fits a candidate to all training rows.</summary>
/// <param name="folder">Where the model is kept, and how it was fitted.</param>
/// <param name="problem">What is learned.</param>
/// <param name="training">The rows learned from.</param>
/// <param name="candidate">What is fitted.</param>
[TaskDescription("Fits the chosen candidate to the training rows.")]
public class FitModel(string folder, LearningProblem problem, Output<Table> training, Candidate candidate) : Stage
{
    /// <summary>The libraries that fit.</summary>
    public Inputs<PlainFile> Libraries { get; } = LearningLibraries.All;

    /// <summary>What is fitted.</summary>
    public Candidate Candidate { get; } = problem.Accept(candidate);

    /// <summary>Files that the candidate's settings name.</summary>
    public Inputs<PlainFile> ModelFiles { get; } = LearningLibraries.FilesOf(candidate.Model);

    /// <summary>What the device setting comes to here.</summary>
    public string Accelerator { get; } = Libtorch.Accelerator(candidate.Model.Device);

    /// <summary>The rows learned from.</summary>
    public Input<Table> Training { get; } = training;

    /// <summary>The model: weights, preparation, signature, settings, hashes.</summary>
    public Output<ModelFolder> Model { get; } = new($"{folder}/model");

    /// <summary>How it was fitted.</summary>
    public Output<Json<FitRecord>> Record { get; } = new($"{folder}/training.json");

    /// <summary>What the fit took of the machine, epoch by epoch.</summary>
    public Output<Json<TrainingLog>> Log { get; } = new($"{folder}/training-log.json") { VariesByRun = true };

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

/// <summary>Fits a candidate that the model is held against, as the model was.</summary>
[TaskDescription("Fits a candidate that the model is held against.")]
public sealed class FitBaseline(string folder, LearningProblem problem, Output<Table> training, Candidate candidate)
    : FitModel($"{folder}/baselines/{candidate.Name}", problem, training, candidate);
