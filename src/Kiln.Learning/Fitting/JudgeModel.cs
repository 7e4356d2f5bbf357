using System.Collections.Immutable;
using Kiln.Data;
using Kiln.Learning.Evaluating;
using Kiln.Learning.Evaluating.Resampling;
using Kiln.Learning.Gates;
using Kiln.Learning.Models;

namespace Kiln.Learning.Fitting;

/// <summary>
/// Holds the model to the criteria that were declared before it was trained, with intervals over the test rows. It refuses nothing itself, so that pages can be
/// written of what it found; <see cref="GateModel"/> does.
/// </summary>
[TaskDescription("Holds the model to the criteria of gates.criteria.")]
public sealed class JudgeModel(string pipeline, AssessedModel model, ImmutableArray<FitBaseline> baselines, MeasureScoring? cost, GateSettings settings, IntervalSettings intervals) : Stage
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

    /// <summary>The names of the models it is held against.</summary>
    public ImmutableArray<string> BaselineNames { get; } = [.. baselines.Select(baseline => baseline.Candidate.Name)];

    /// <summary>The models it is held against.</summary>
    public Inputs<ModelFolder> Baselines { get; } = new(baselines.Select(baseline => baseline.Model));

    /// <summary>The model that is to be replaced, where there is one.</summary>
    public Inputs<ModelFolder> Champion { get; } = new((IEnumerable<Input<ModelFolder>>)(settings.Champion is { } champion ? [Input<ModelFolder>.Source(champion)] : []));

    /// <summary>What the model costs, where a criterion asks.</summary>
    public Inputs<Json<ScoringCost>> Cost { get; } = new((IEnumerable<Output<Json<ScoringCost>>>)(cost is null ? [] : [cost.Cost]));

    /// <summary>What was found.</summary>
    public Output<Json<GateReport>> Report { get; } = new($"reports/{pipeline}/gates.json") { VariesByRun = cost is not null };

    /// <inheritdoc/>
    protected override Task RunAsync(StageRun run)
    {
        var rows = Problem.ReadTest(run.Open(Test), Test.Path);
        var threshold = run.Open(Threshold).Select(choice => (double?)choice.Read().Threshold).FirstOrDefault();
        var others = run.Open(Baselines).Zip(BaselineNames, (folder, name) => (Name: name, Rows: Problem.Answers(folder, rows)))
            .Concat(run.Open(Champion).Select(folder => (Name: Criterion.Champion, Rows: Problem.ChampionsAnswers(folder, Champion[0].Path, rows))));
        var judge = new CriteriaJudge(settings, intervals, new()
        {
            Candidate = Candidate,
            Columns = rows.Columns,
            Rows = Problem.Answers(run.Open(Model), rows) with { Threshold = threshold },
            Others = others.ToImmutableDictionary(other => other.Name, other => other.Rows with { Threshold = threshold }),
            Cost = run.Open(Cost).Select(cost => cost.Read()).FirstOrDefault(),
        });
        var progress = run.Progress("judging", settings.Criteria.Length, "criteria");
        var results = ImmutableArray.CreateBuilder<CriterionResult>();
        foreach (var criterion in settings.Criteria)
        {
            results.Add(judge.Judge(criterion, run.Cancellation));
            progress.Add(1, criterion.Name);
        }
        run.Open(Report).Write(new() { Candidate = Candidate, Intervals = intervals.Words, Criteria = results.ToImmutable() });
        run.Metric("criteria", results.Count);
        run.Metric("criteria passed", results.Count(result => result.Deciding is Verdict.Pass));
        return Task.CompletedTask;
    }
}
