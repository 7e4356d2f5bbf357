using System.Collections.Immutable;
using Kiln.Data;
using Kiln.Learning.Evaluating;
using Kiln.Learning.Evaluating.Resampling;
using Kiln.Learning.Gates;
using Kiln.Learning.Models;

namespace Kiln.Learning.Fitting;

/// <summary>What a model is judged with.</summary>
public sealed record JudgeParts
{
    /// <summary>The candidate's name.</summary>
    public required string Candidate { get; init; }

    /// <summary>The model.</summary>
    public required Output<ModelFolder> Model { get; init; }

    /// <summary>The rows judged on.</summary>
    public required Output<Table> Test { get; init; }

    /// <summary>The threshold, chosen on other rows; null: one half.</summary>
    public Output<Json<ThresholdChoice>>? Threshold { get; init; }

    /// <summary>The models it is held against.</summary>
    public ImmutableArray<FitBaseline> Baselines { get; init; } = [];

    /// <summary>What it costs; null where no criterion asks.</summary>
    public Output<Json<ScoringCost>>? Cost { get; init; }
}

/// <summary>
/// Holds the model to the criteria that were declared before it was trained, with intervals over the test rows. It refuses nothing itself, so that pages can be
/// written of what it found; <see cref="GateModel"/> does.
/// </summary>
[TaskDescription("Holds the model to the criteria of gates.criteria.")]
public sealed class JudgeModel(string pipeline, LearningProblem problem, JudgeParts parts, GateSettings settings, IntervalSettings intervals) : Stage
{
    /// <summary>The libraries that score.</summary>
    public Inputs<PlainFile> Libraries { get; } = LearningLibraries.All;

    /// <summary>The candidate's name.</summary>
    public string Candidate { get; } = parts.Candidate;

    /// <summary>The model.</summary>
    public Input<ModelFolder> Model { get; } = parts.Model;

    /// <summary>The rows judged on.</summary>
    public Input<Table> Test { get; } = parts.Test;

    /// <summary>The threshold, where one was chosen.</summary>
    public Inputs<Json<ThresholdChoice>> Threshold { get; } = new((IEnumerable<Output<Json<ThresholdChoice>>>)(parts.Threshold is { } threshold ? [threshold] : []));

    /// <summary>The names of the models it is held against.</summary>
    public ImmutableArray<string> BaselineNames { get; } = [.. parts.Baselines.Select(baseline => baseline.Candidate.Name)];

    /// <summary>The models it is held against.</summary>
    public Inputs<ModelFolder> Baselines { get; } = new(parts.Baselines.Select(baseline => baseline.Model));

    /// <summary>The model that is to be replaced, where there is one.</summary>
    public Inputs<ModelFolder> Champion { get; } = new((IEnumerable<Input<ModelFolder>>)(settings.Champion is { } champion ? [Input<ModelFolder>.Source(champion)] : []));

    /// <summary>What the model costs, where a criterion asks.</summary>
    public Inputs<Json<ScoringCost>> Cost { get; } = new((IEnumerable<Output<Json<ScoringCost>>>)(parts.Cost is { } cost ? [cost] : []));

    /// <summary>What was found.</summary>
    public Output<Json<GateReport>> Report { get; } = new($"reports/{pipeline}/gates.json") { VariesByRun = parts.Cost is not null };

    /// <inheritdoc/>
    protected override Task RunAsync(StageRun run)
    {
        var rows = problem.Read(run.Open(Test));
        if (rows.Rows == 0) throw FittingErrors.NothingToJudgeOn(Test.Path);
        var threshold = run.Open(Threshold).Select(choice => (double?)choice.Read().Threshold).FirstOrDefault();
        var others = run.Open(Baselines).Zip(BaselineNames).Concat(run.Open(Champion).Select(champion => (First: champion, Second: Criterion.Champion)));
        var judge = new CriteriaJudge(settings, intervals, new()
        {
            Candidate = Candidate,
            Columns = rows.Columns,
            Rows = Answers(run.Open(Model)),
            Others = others.ToImmutableDictionary(pair => pair.Second, pair => Answers(pair.First)),
            Cost = run.Open(Cost).Select(cost => cost.Read()).FirstOrDefault(),
        });
        var progress = run.Progress("judging", settings.Criteria.Length, "criteria");
        var results = ImmutableArray.CreateBuilder<CriterionResult>();
        foreach (var criterion in settings.Criteria)
        {
            results.Add(judge.Judge(criterion, run.Cancellation));
            progress.Add(1, criterion.Name);
        }
        run.Open(Report).Write(new() { Candidate = Candidate, Criteria = results.ToImmutable() });
        run.Metric("criteria passed", results.Count(result => result.Deciding is Verdict.Pass));
        return Task.CompletedTask;

        JudgedRows Answers(ModelFolder folder)
        {
            using var model = folder.Load();
            return problem.Judged(rows, model.Predict(rows.Columns)) with { Threshold = threshold };
        }
    }
}
