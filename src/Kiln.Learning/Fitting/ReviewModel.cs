using Kiln.Data;
using Kiln.Learning.Evaluating;
using Kiln.Learning.Evaluating.Resampling;
using Kiln.Learning.Models;
using Kiln.Learning.Reviewing;

namespace Kiln.Learning.Fitting;

/// <summary>Looks at the model's answers for the test rows from all sides.</summary>
[TaskDescription("Reviews the answers: metrics with intervals, slices, groups, the rows most wrong.")]
public sealed class ReviewModel(string pipeline, AssessedModel model, ReviewSettings settings, IntervalSettings intervals) : Stage
{
    /// <summary>The libraries that score.</summary>
    public Inputs<PlainFile> Libraries { get; } = LearningLibraries.All;

    /// <summary>What was learned.</summary>
    public LearningProblem Problem { get; } = model.Problem;

    /// <summary>The candidate's name.</summary>
    public string Candidate { get; } = model.Candidate;

    /// <summary>The model.</summary>
    public Input<ModelFolder> Model { get; } = model.Model;

    /// <summary>The rows judged on.</summary>
    public Input<Table> Test { get; } = model.Test;

    /// <summary>The threshold, where one was chosen.</summary>
    public Inputs<Json<ThresholdChoice>> Threshold { get; } = model.ThresholdInput;

    /// <summary>What was found.</summary>
    public Output<Json<ModelReview>> Review { get; } = new($"reports/{pipeline}/review.json");

    /// <inheritdoc/>
    protected override Task RunAsync(StageRun run)
    {
        using var fitted = run.Open(Model).Load();
        var rows = Problem.ReadTest(run.Open(Test), Test.Path);
        var threshold = run.Open(Threshold).Select(choice => (double?)choice.Read().Threshold).FirstOrDefault();
        var judged = Problem.Judged(rows, fitted.Predict(rows.Columns)) with { Threshold = threshold };
        var reviewer = new Reviewer(settings, intervals, new() { Candidate = Candidate, Columns = rows.Columns, Rows = judged }, Problem.Target, fitted.Description.Inputs);
        var progress = run.Progress("reviewing", reviewer.Looks, "looks");
        run.Open(Review).Write(reviewer.Review(what => progress.Add(1, what), run.Cancellation));
        return Task.CompletedTask;
    }
}
