using System.Collections.Immutable;
using Kiln.Data;
using Kiln.Learning.Evaluating;
using Kiln.Learning.Evaluating.Resampling;
using Kiln.Learning.Gates;
using Kiln.Learning.Models;

namespace Kiln.Learning.Fitting;

/// <summary>The gate of a pipeline that learns from a table.</summary>
public static class LearningGates
{
    /// <summary>
    /// Judges a model by the criteria of <c>gates</c>, and lets it pass or not; the candidates that criteria name are fitted to the same training
    /// rows. Null where there are no criteria.
    /// </summary>
    /// <exception cref="KilnException">A criterion cannot be judged by.</exception>
    public static GateModel? AddGate(this PipelineBuilder pipeline, LearningProblem problem, GatedModel gated)
    {
        var settings = pipeline.Settings<GateSettings>();
        var models = pipeline.Settings<ModelsSettings>();
        if (settings.Criteria.IsEmpty) return null;
        ImmutableArray<string> names = [.. models.Candidates.Select(candidate => candidate.Name)];
        foreach (var criterion in settings.Criteria) criterion.Checked(problem.Target.Task, names);

        var others = settings.Criteria.Select(criterion => criterion.Other).OfType<string>().Where(name => name != Criterion.Champion).Distinct().ToList();
        var baselines = pipeline.AddPartitions(others, name => new FitBaseline($"models/{pipeline.Name}", problem, gated.Training, models[name]));
        var asksCost = settings.Criteria.Any(criterion => criterion.Budget is not null);
        var judge = pipeline.Add(new JudgeModel(pipeline.Name, problem, new()
        {
            Candidate = gated.Candidate,
            Model = gated.Model,
            Test = gated.Test,
            Threshold = gated.Threshold,
            Baselines = [.. baselines],
            Cost = asksCost ? pipeline.Add(new MeasureScoring(pipeline.Name, gated.Model, gated.Test)).Cost : null,
        }, settings, pipeline.Settings<IntervalSettings>()));
        return pipeline.Add(new GateModel(pipeline.Name, judge, settings, pipeline.Settings<OverrideSettings>()));
    }
}

/// <summary>A model that is to pass a gate.</summary>
public sealed record GatedModel
{
    /// <summary>The candidate's name.</summary>
    public required string Candidate { get; init; }

    /// <summary>The model.</summary>
    public required Output<ModelFolder> Model { get; init; }

    /// <summary>The rows it was fitted to; baselines are, too.</summary>
    public required Output<Table> Training { get; init; }

    /// <summary>The rows it is judged on.</summary>
    public required Output<Table> Test { get; init; }

    /// <summary>The threshold, chosen on other rows; null: one half.</summary>
    public Output<Json<ThresholdChoice>>? Threshold { get; init; }
}
