using System.Collections.Immutable;
using Kiln.Data;
using Kiln.Learning.Evaluating;
using Kiln.Learning.Evaluating.Resampling;
using Kiln.Learning.Gates;
using Kiln.Learning.Models;
using Kiln.Learning.Tracing;

namespace Kiln.Learning.Fitting;

/// <summary>Traces the model's curves with bands over the test rows, and those of the champion and of the baselines that criteria name. No limit of a criterion changes them.</summary>
[TaskDescription("Traces the curves of the model, the champion and the baselines, with bands.")]
public sealed class TraceCurves(string pipeline, AssessedModel model, ImmutableArray<FitBaseline> baselines, string? champion, IntervalSettings intervals) : Stage
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

    /// <summary>The names of the models beside it.</summary>
    public ImmutableArray<string> BaselineNames { get; } = [.. baselines.Select(baseline => baseline.Candidate.Name)];

    /// <summary>The models beside it.</summary>
    public Inputs<ModelFolder> Baselines { get; } = new(baselines.Select(baseline => baseline.Model));

    /// <summary>The model that is to be replaced, where there is one.</summary>
    public Inputs<ModelFolder> Champion { get; } = new((IEnumerable<Input<ModelFolder>>)(champion is null ? [] : [Input<ModelFolder>.Source(champion)]));

    /// <summary>The curves.</summary>
    public Output<Json<ModelCurves>> Curves { get; } = new($"reports/{pipeline}/curves.json");

    /// <inheritdoc/>
    protected override Task RunAsync(StageRun run)
    {
        var rows = Problem.Read(run.Open(Test));
        if (rows.Rows == 0) throw FittingErrors.NothingToJudgeOn(Test.Path);
        var threshold = run.Open(Threshold).Select(choice => (double?)choice.Read().Threshold).FirstOrDefault();
        var models = ImmutableArray.CreateBuilder<TracedModel>();
        models.Add(new(Candidate, CurveRole.Model, Problem.Answers(run.Open(Model), rows) with { Threshold = threshold }));
        foreach (var folder in run.Open(Champion)) models.Add(new(Criterion.Champion, CurveRole.Champion, Problem.ChampionsAnswers(folder, Champion[0].Path, rows)));
        foreach (var (folder, name) in run.Open(Baselines).Zip(BaselineNames)) models.Add(new(name, CurveRole.Baseline, Problem.Answers(folder, rows)));
        run.Open(Curves).Write(new CurveTracer(intervals, rows.Columns).Trace(models.ToImmutable(), run.Cancellation));
        return Task.CompletedTask;
    }
}
