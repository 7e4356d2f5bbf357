using Kiln.Data;
using Kiln.Learning.Models;

namespace Kiln.Learning.Fitting;

/// <summary>Fits the chosen candidate to a fold's training rows, and keeps what it answers to those that it has not learned from: how it is calibrated asks no fit again.</summary>
/// <param name="pipeline">The pipeline's name.</param>
/// <param name="problem">What is learned.</param>
/// <param name="candidate">What is fitted.</param>
/// <param name="fold">The fold.</param>
[TaskDescription("Fits the chosen candidate to one fold, and answers the rows it has not learned from.")]
public sealed class ScoreFold(string pipeline, LearningProblem problem, Candidate candidate, FoldTables fold) : Stage
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
    public Input<Table> Training { get; } = fold.Training;

    /// <summary>The rows answered.</summary>
    public Input<Table> Assessed { get; } = fold.Assessed;

    /// <summary>Each row's label, its weight where it has one, and the answer, in the rows' order.</summary>
    public Output<Table> Answers { get; } = new($"models/{pipeline}/calibration/{fold.Name}.parquet");

    /// <inheritdoc/>
    protected override Task RunAsync(StageRun run)
    {
        var (training, assessed) = (run.Open(Training), problem.Read(run.Open(Assessed)));
        using var fitted = Model.Fit(
            Candidate.Model, problem.Prepare(training, Candidate.Preparation), problem.Read(training, Candidate.Days), null, FitProgress.Of(run, Candidate.Name, Candidate.Model));
        run.Open(Answers).Write(AnsweredRows.ColumnsOf(problem, assessed, fitted.Model.Predict(assessed.Columns)));
        run.Metric("rows", assessed.Rows);
        return Task.CompletedTask;
    }
}
