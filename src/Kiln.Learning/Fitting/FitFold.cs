using System.Collections.Immutable;
using Kiln.Data;
using Kiln.Learning.Evaluating;
using Kiln.Learning.Models;

namespace Kiln.Learning.Fitting;

/// <summary>How a candidate did on one fold.</summary>
public sealed record FoldResult
{
    /// <summary>The candidate.</summary>
    public required string Candidate { get; init; }

    /// <summary>The fold.</summary>
    public required string Fold { get; init; }

    /// <summary>Rows learned from.</summary>
    public required int TrainingRows { get; init; }

    /// <summary>Rows judged on.</summary>
    public required int AssessedRows { get; init; }

    /// <summary>The measures on these, by name.</summary>
    public required ImmutableSortedDictionary<string, double> Measures { get; init; }

    /// <summary>The curves on these rows.</summary>
    public ImmutableArray<FoldCurve> Curves { get; init; } = [];

    /// <summary>The training loss as the fit went on, from its first epoch or round to its last; empty where it has none.</summary>
    public ImmutableArray<double> Losses { get; init; } = [];
}

/// <summary>Fits one candidate to a fold's training rows, and measures it on the rows that the fold is judged on.</summary>
[TaskDescription("Fits one candidate to one fold, and measures it there."), OnDemand]
public class FitFold(string name, Candidate candidate, LearningProblem problem, FoldTables fold) : Stage
{
    readonly Candidate candidate = problem.Accept(candidate);

    /// <summary>The libraries that fit.</summary>
    public Inputs<PlainFile> Libraries { get; } = LearningLibraries.All;

    /// <summary>What the device setting comes to here.</summary>
    public string Accelerator { get; } = Libtorch.Accelerator(candidate.Model.Device);

    /// <summary>Files that the candidate's settings name.</summary>
    public Inputs<PlainFile> ModelFiles { get; } = LearningLibraries.FilesOf(candidate.Model);

    /// <summary>The fold's name.</summary>
    public string Fold { get; } = fold.Name;

    /// <summary>The rows learned from.</summary>
    public Input<Table> Training { get; } = fold.Training;

    /// <summary>The rows judged on.</summary>
    public Input<Table> Assessed { get; } = fold.Assessed;

    /// <summary>How it did.</summary>
    public Output<Json<FoldResult>> Result { get; } = new($"reports/{name}/folds/{fold.Name}/{candidate.Name}.json");

    /// <inheritdoc/>
    protected override Task RunAsync(StageRun run)
    {
        var training = problem.Read(run.Open(Training), candidate.Days);
        var assessed = problem.Read(run.Open(Assessed));
        using var fitted = Model.Fit(candidate.Model, problem.Prepare(run.Open(Training), candidate.Preparation), training, candidate.Model.NeedsValidation ? assessed : null, FitProgress.Of(run, $"{candidate.Name} on {Fold}", candidate.Model));
        var predictions = fitted.Model.Predict(assessed.Columns);
        var result = new FoldResult
        {
            Candidate = candidate.Name,
            Fold = Fold,
            TrainingRows = training.Rows,
            AssessedRows = assessed.Rows,
            Measures = Measure(assessed, predictions).ToImmutableSortedDictionary(StringComparer.Ordinal),
            Curves = FoldCurves.Of(predictions, assessed.Labels.Span),
            Losses = FoldCurves.LossesOf(fitted.Record),
        };
        run.Open(Result).Write(result);
        foreach (var (measure, value) in result.Measures) run.Metric(measure, value);
        return Task.CompletedTask;
    }

    /// <summary>What is measured: all that is defined for the task. Override it to add a measure of one's own.</summary>
    protected virtual IEnumerable<KeyValuePair<string, double>> Measure(Examples assessed, Predictions predictions) => MeasuresOf(assessed, predictions);

    /// <summary>All that is defined for the task.</summary>
    internal static IEnumerable<KeyValuePair<string, double>> MeasuresOf(Examples assessed, Predictions predictions) =>
        Measures.Of(assessed.Target.Task).Select(measure => KeyValuePair.Create(Measures.Name(measure), Measures.Compute(measure, predictions, assessed.Labels.Span)));
}

/// <summary>A fold's rows.</summary>
/// <param name="name">What it is called: files are named by it.</param>
/// <param name="training">The rows learned from.</param>
/// <param name="assessed">The rows judged on.</param>
public sealed class FoldTables(string name, Output<Table> training, Output<Table> assessed)
{
    /// <summary>What it is called.</summary>
    public string Name => name;

    /// <summary>The rows learned from.</summary>
    public Output<Table> Training => training;

    /// <summary>The rows judged on.</summary>
    public Output<Table> Assessed => assessed;
}
