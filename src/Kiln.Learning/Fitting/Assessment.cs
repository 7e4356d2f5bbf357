using System.Collections.Immutable;
using Kiln.Data;
using Kiln.Learning.Evaluating.Resampling;
using Kiln.Learning.Explaining;
using Kiln.Learning.Gates;
using Kiln.Learning.Leakage;
using Kiln.Learning.Models;
using Kiln.Learning.Reporting;
using Kiln.Learning.Reviewing;

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

    /// <summary>What the criteria found; null where there are none.</summary>
    public JudgeModel? Judgement { get; init; }

    /// <summary>How that becomes a decision.</summary>
    public required GateRules Rules { get; init; }

    /// <summary>What the criteria found, where there are some.</summary>
    public Inputs<Json<GateReport>> Judgements => new((IEnumerable<Output<Json<GateReport>>>)(Judgement is null ? [] : [Judgement.Report]));
}

/// <summary>Adds the stages that assess a model, and its gate.</summary>
public static class Assessing
{
    /// <summary>Looks for leaks, reviews and explains the model, and holds it to the criteria of <c>gates</c>; candidates that those name are fitted to the same rows.</summary>
    /// <exception cref="KilnException">A criterion or a metric does not go with what was learned.</exception>
    public static Assessment AddAssessment(this PipelineBuilder pipeline, AssessedModel model)
    {
        var (review, intervals) = (pipeline.Settings<ReviewSettings>(), pipeline.Settings<IntervalSettings>());
        var (metrics, gates) = (Reviewer.MetricsOf(review, model.Problem.Target.Task), pipeline.Settings<GateSettings>());
        var baselines = AddBaselines(pipeline, model, gates);
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

    /// <summary>Lets the model pass or not, after its pages were written. Nothing where there are no criteria.</summary>
    /// <param name="pipeline">The pipeline.</param>
    /// <param name="assessment">What was found.</param>
    /// <param name="pages">The pages that tell of it.</param>
    public static void AddGate(this PipelineBuilder pipeline, Assessment assessment, params ImmutableArray<Output<Page>> pages)
    {
        if (assessment.Judgement is { } judgement) pipeline.Add(new GateModel(pipeline.Name, pipeline.Add(new DecideGate(pipeline.Name, judgement, assessment.Rules)), pages));
    }

    /// <summary>The candidates that criteria name, fitted to the same rows.</summary>
    static ImmutableArray<FitBaseline> AddBaselines(PipelineBuilder pipeline, AssessedModel model, GateSettings settings)
    {
        var models = pipeline.Settings<ModelsSettings>();
        ImmutableArray<string> names = [.. models.Candidates.Select(candidate => candidate.Name)];
        foreach (var criterion in settings.Criteria) criterion.Checked(model.Problem.Target.Task, names);
        var others = settings.Criteria.Select(criterion => criterion.Other).OfType<string>().Where(name => name != Criterion.Champion).Distinct().ToList();
        return others.Count == 0 ? [] : [.. pipeline.AddPartitions(others, name => new FitBaseline($"models/{pipeline.Name}", model.Problem, model.Training, models[name]))];
    }

    static JudgeModel? AddJudgement(PipelineBuilder pipeline, AssessedModel model, ImmutableArray<FitBaseline> baselines, GateSettings settings, IntervalSettings intervals)
    {
        if (settings.Criteria.IsEmpty) return null;
        var cost = settings.Criteria.Any(criterion => criterion.Budget is not null) ? pipeline.Add(new MeasureScoring(pipeline.Name, model)) : null;
        return pipeline.Add(new JudgeModel(pipeline.Name, model, baselines, cost, settings, intervals));
    }
}
