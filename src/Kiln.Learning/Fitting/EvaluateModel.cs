using System.Collections.Immutable;
using System.Globalization;
using Kiln.Data;
using Kiln.Learning.Evaluating;
using Kiln.Learning.Models;

namespace Kiln.Learning.Fitting;

/// <summary>What a model reaches on the test rows.</summary>
public sealed record Evaluation
{
    /// <summary>The candidate.</summary>
    public required string Candidate { get; init; }

    /// <summary>Rows judged on.</summary>
    public required int Rows { get; init; }

    /// <summary>The measures, by name.</summary>
    public required ImmutableSortedDictionary<string, double> Measures { get; init; }
}

/// <summary>Answers the test rows with the model's folder alone, and measures how well it does.</summary>
/// <param name="pipeline">The pipeline's name.</param>
/// <param name="problem">What was learned.</param>
/// <param name="fit">The stage that fitted the model.</param>
/// <param name="calibration">The stage that calibrated it; null where none did.</param>
/// <param name="test">The rows judged on.</param>
[TaskDescription("Answers the test rows and measures the answers.")]
public sealed class EvaluateModel(string pipeline, LearningProblem problem, FitModel fit, CalibrateModel? calibration, Output<Table> test) : Stage
{
    /// <summary>The libraries that score.</summary>
    public Inputs<PlainFile> Libraries { get; } = LearningLibraries.All;

    /// <summary>The candidate's name.</summary>
    public string Candidate { get; } = fit.Candidate.Name;

    /// <summary>The stage that fitted it.</summary>
    public FitModel Fit { get; } = fit;

    /// <summary>What was learned.</summary>
    public LearningProblem Problem { get; } = problem;

    /// <summary>The model.</summary>
    public Input<ModelFolder> Model { get; } = calibration?.Calibrated ?? fit.Model;

    /// <summary>The rows judged on.</summary>
    public Input<Table> Test { get; } = test;

    /// <summary>Each test row's label and answer, in the rows' order.</summary>
    public Output<Table> Answers { get; } = new($"reports/{pipeline}/predictions.parquet");

    /// <summary>The measures.</summary>
    public Output<Json<Evaluation>> Measures { get; } = new($"reports/{pipeline}/measures.json");

    /// <inheritdoc/>
    protected override Task RunAsync(StageRun run)
    {
        using var model = run.Open(Model).Load();
        var rows = Problem.ReadTest(run.Open(Test), Test.Path);
        var predictions = model.Predict(rows.Columns);
        var judged = JudgedRows.Of(predictions, rows.Labels.Span);
        var all = Kiln.Learning.Evaluating.Measures.Of(rows.Target.Task).Select(Kiln.Learning.Evaluating.Measures.MetricOf).Select(metric => (Metric: metric, Value: metric.Over(judged)([]))).ToList();
        foreach (var (metric, _) in all.Where(measure => double.IsNaN(measure.Value))) run.Note(metric.WhyUndefined(rows.Rows));
        var measures = all.Where(measure => !double.IsNaN(measure.Value)).ToImmutableSortedDictionary(measure => measure.Metric.Name, measure => measure.Value, StringComparer.Ordinal);
        run.Open(Answers).Write(PredictionColumns.Of(Problem, rows, predictions));
        run.Open(Measures).Write(new() { Candidate = Candidate, Rows = rows.Rows, Measures = measures });
        foreach (var (name, value) in measures) run.Metric(name, value);
        run.Conclude(string.Create(CultureInfo.InvariantCulture, $"{Candidate} on {rows.Rows:#,0} test rows: ") + string.Join(", ", measures.Select(pair => string.Create(CultureInfo.InvariantCulture, $"{pair.Key} {pair.Value:0.0000}"))));
        return Task.CompletedTask;
    }
}

/// <summary>Answers as columns, beside what tells the rows.</summary>
static class PredictionColumns
{
    /// <summary>What the model does not learn from, the label, the answer, and of classes the probabilities.</summary>
    public static ImmutableArray<Column> Of(LearningProblem problem, Examples rows, Predictions predictions)
    {
        var target = rows.Target;
        var known = problem.Ignored.Append(problem.Time).OfType<string>().Where(rows.Columns.Has).Append(target.Column).Distinct().Select(name => rows.Columns[name]);
        return [.. known, .. target.Task == LearningTask.Regression ? [Column.Of<float>("PREDICTION", predictions.Values)] : Classes(target, predictions)];
    }

    /// <summary>The columns of the answer's numbers, an output each.</summary>
    public static ImmutableArray<string> NamesOf(Target target) => target.Task switch
    {
        LearningTask.Regression => ["PREDICTION"],
        LearningTask.Binary => [Probability(target.Classes[1])],
        _ => [.. target.Classes.Select(Probability)],
    };

    static string Probability(string name) => $"PROBABILITY {name}";

    static IEnumerable<Column> Classes(Target target, Predictions predictions)
    {
        yield return Column.Texts("PREDICTION", Enumerable.Range(0, predictions.Rows).Select(row => (string?)target.Classes[predictions.ClassOf(row)]).ToArray());
        for (var output = 0; output < target.Outputs; output++)
        {
            var place = output;
            var values = Enumerable.Range(0, predictions.Rows).Select(row => predictions.Values.Span[(row * target.Outputs) + place]).ToArray();
            yield return Column.Of<float>(NamesOf(target)[place], values);
        }
    }
}
