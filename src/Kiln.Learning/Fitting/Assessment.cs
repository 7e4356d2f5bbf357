using System.Collections.Immutable;
using Kiln.Data;
using Kiln.Learning.Evaluating;
using Kiln.Learning.Evaluating.Resampling;
using Kiln.Learning.Explaining;
using Kiln.Learning.Gates;
using Kiln.Learning.Leakage;
using Kiln.Learning.Models;
using Kiln.Learning.Reporting;
using Kiln.Learning.Reviewing;
using Kiln.Learning.Slicing;

namespace Kiln.Learning.Fitting;

/// <summary>The stages that look at a fitted model from all sides. None of them refuses it; <see cref="GateModel"/> does, once pages tell why.</summary>
public sealed record Assessment
{
    /// <summary>Ways in which the model may know what it is judged on.</summary>
    public required FindLeaks Leaks { get; init; }

    /// <summary>Metrics with intervals, slices, groups, the rows most wrong.</summary>
    public required ReviewModel Review { get; init; }

    /// <summary>Why it answers as it does.</summary>
    public required ExplainModel Explanation { get; init; }

    /// <summary>Its curves beside those of the champion and the baselines.</summary>
    public required TraceCurves Curves { get; init; }

    /// <summary>What the criteria found.</summary>
    public required JudgeModel Judgement { get; init; }

    /// <summary>How that becomes a decision.</summary>
    public required GateRules Rules { get; init; }
}

/// <summary>Adds the stages that assess a model, and its gate.</summary>
public static class Assessing
{
    /// <summary>Looks for leaks, reviews and explains the model, and holds it to the criteria of <c>gates</c>; candidates that those name are fitted to the same rows.</summary>
    /// <param name="pipeline">The pipeline.</param>
    /// <param name="model">The model, and the rows it is assessed by.</param>
    /// <param name="card">What people say of it, whose columns the rows have to have; null where that is nothing.</param>
    /// <exception cref="KilnException">A setting does not go with what was learned.</exception>
    public static Assessment AddAssessment(this PipelineBuilder pipeline, AssessedModel model, CardSettings? card = null)
    {
        var (review, intervals) = (pipeline.Settings<ReviewSettings>(), pipeline.Settings<IntervalSettings>());
        var (metrics, gates) = (MetricsOf(pipeline, review, model.Problem), pipeline.Settings<GateSettings>());
        var baselines = AddBaselines(pipeline, model, gates);
        AddCheck(pipeline, model, baselines, RowDemands.Of(pipeline, metrics, card));
        return new()
        {
            Leaks = pipeline.Add(new FindLeaks(pipeline.Name, model, pipeline.Settings<LeakageSettings>())),
            Review = pipeline.Add(new ReviewModel(pipeline.Name, model, review, intervals)),
            Explanation = pipeline.Add(new ExplainModel(pipeline.Name, model, metrics[0].Name, pipeline.Settings<ExplainSettings>())),
            Curves = pipeline.Add(new TraceCurves(pipeline.Name, model, baselines, gates.Champion, intervals)),
            Judgement = AddJudgement(pipeline, model, baselines, gates, intervals),
            Rules = new(gates.Inconclusive, pipeline.Settings<OverrideSettings>().Choose()),
        };
    }

    /// <summary>Lets the model pass or not, after its pages were written. Where there are no criteria it passes, and the decision says so: none of an earlier day stands in its place.</summary>
    /// <param name="pipeline">The pipeline.</param>
    /// <param name="assessment">What was found.</param>
    /// <param name="pages">The pages that tell of it.</param>
    /// <returns>The stage that decides.</returns>
    public static DecideGate AddGate(this PipelineBuilder pipeline, Assessment assessment, params ImmutableArray<Output<Page>> pages)
    {
        var decide = pipeline.Add(new DecideGate(pipeline.Name, assessment.Judgement, assessment.Rules));
        pipeline.Add(new GateModel(pipeline.Name, decide, pages));
        return decide;
    }

    static ImmutableArray<Metric> MetricsOf(PipelineBuilder pipeline, ReviewSettings review, LearningProblem problem)
    {
        var (target, place) = (problem.Target, pipeline.PlaceOf(review, "metrics"));
        var metrics = Reviewer.MetricsOf(review, target.Task, place);
        foreach (var metric in metrics) problem.Accept(metric, place, "review.metrics");
        if (!review.Fairness.IsEmpty && target.Task != LearningTask.Binary)
            throw FittingErrors.NotForTask(pipeline.PlaceOf(review, "fairness"), "review.fairness", target, "groups are compared of two classes");
        if (review.Search.Loss is { } loss && !RowLosses.AppliesTo(loss, target.Task))
            throw FittingErrors.NotForTask(pipeline.PlaceOf(review.Search, "loss"), "review.search.loss", target, "classes have logLoss and error, values have squaredError and absoluteError");
        return metrics;
    }

    /// <summary>Adds the stage that holds settings to the test rows, before whatever fits.</summary>
    static void AddCheck(PipelineBuilder pipeline, AssessedModel model, ImmutableArray<FitBaseline> baselines, ImmutableArray<RowDemand> demands)
    {
        var check = pipeline.Add(new CheckTestRows(pipeline.Name, model.Problem, model.Test, demands));
        foreach (var fitted in baselines.Select(baseline => baseline.Model).Append(model.Fitted ?? model.Model)) pipeline.RunBefore(check, fitted);
    }

    /// <summary>Adds the candidates that criteria name, once these are known to be in order.</summary>
    /// <summary>The candidates that criteria name, fitted to the same rows.</summary>
    static ImmutableArray<FitBaseline> AddBaselines(PipelineBuilder pipeline, AssessedModel model, GateSettings settings)
    {
        var models = pipeline.Settings<ModelsSettings>();
        ImmutableArray<string> names = [.. models.Candidates.Select(candidate => candidate.Name)];
        foreach (var criterion in settings.Criteria) criterion.Check(model, names, key => pipeline.PlaceOf(criterion, key));
        var others = settings.Criteria.Select(criterion => criterion.Other).OfType<string>().Where(name => name != Criterion.Champion).Distinct();
        return [.. pipeline.AddPartitions(others, name => new FitBaseline($"models/{pipeline.Name}", model.Problem, model.Training, models[name]))];
    }

    static JudgeModel AddJudgement(PipelineBuilder pipeline, AssessedModel model, ImmutableArray<FitBaseline> baselines, GateSettings settings, IntervalSettings intervals)
    {
        var cost = settings.Criteria.Any(criterion => criterion.Budget is not null) ? pipeline.Add(new MeasureScoring(pipeline.Name, model)) : null;
        return pipeline.Add(new JudgeModel(pipeline.Name, model, baselines, cost, settings, intervals));
    }
}
