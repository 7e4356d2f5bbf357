using Kiln.Data;
using Kiln.Learning.Evaluating;
using Kiln.Learning.Explaining;
using Kiln.Learning.Models;

namespace Kiln.Learning.Fitting;

/// <summary>Tells why the model answers as it does, by the test rows.</summary>
/// <param name="pipeline">The pipeline's name.</param>
/// <param name="model">The model.</param>
/// <param name="metric">What judges importances.</param>
/// <param name="settings">How much is asked of the model.</param>
[TaskDescription("Explains the model: importances, dependences, contributions.")]
public sealed class ExplainModel(string pipeline, AssessedModel model, string metric, ExplainSettings settings) : Stage
{
    /// <summary>The libraries that score.</summary>
    public Inputs<PlainFile> Libraries { get; } = LearningLibraries.All;

    /// <summary>What was learned.</summary>
    public LearningProblem Problem { get; } = model.Problem;

    /// <summary>The model.</summary>
    public Input<ModelFolder> Model { get; } = model.Model;

    /// <summary>The rows whose means contributions start from.</summary>
    public Input<Table> Training { get; } = model.Training;

    /// <summary>The rows it is explained by.</summary>
    public Input<Table> Test { get; } = model.Test;

    /// <summary>What was found.</summary>
    public Output<Json<Explanation>> Explanation { get; } = new($"reports/{pipeline}/explanation.json");

    /// <inheritdoc/>
    protected override Task RunAsync(StageRun run)
    {
        using var fitted = run.Open(Model).Load();
        var rows = Problem.ReadTest(run.Open(Test), Test.Path);
        var explained = new ExplainedRows
        {
            Columns = rows.Columns,
            Judged = Problem.Judged(rows, fitted.Predict(rows.Columns)),
            Reference = fitted.Read(run.Open(Training)),
        };
        var progress = run.Progress("explaining", Explaining.Explanation.QuestionsTo(fitted, settings), "questions");
        run.Open(Explanation).Write(Explaining.Explanation.Of(fitted, explained, Metric.Parse(metric), settings, Told));
        return Task.CompletedTask;

        void Told(string what)
        {
            run.Cancellation.ThrowIfCancellationRequested();
            progress.Add(1, what);
        }
    }
}
