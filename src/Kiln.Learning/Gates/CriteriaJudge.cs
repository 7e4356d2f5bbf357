using System.Collections.Immutable;
using System.Globalization;
using Kiln.Learning.Evaluating;
using Kiln.Learning.Evaluating.Resampling;
using Kiln.Learning.Fairness;
using Kiln.Learning.Models;
using Kiln.Learning.Slicing;

namespace Kiln.Learning.Gates;

/// <summary>
/// Holds a model to criteria. What depends on rows is judged by bootstrap intervals over the test rows, of differences between two models by pairs:
/// both are asked about the same rows drawn.
/// </summary>
public sealed class CriteriaJudge(GateSettings settings, IntervalSettings intervals, JudgedModel model)
{
    /// <summary>Judges one criterion.</summary>
    /// <exception cref="KilnException">It names what the rows do not have.</exception>
    public CriterionResult Judge(Criterion criterion, CancellationToken cancellation = default) => new()
    {
        Name = criterion.Name,
        Figure = criterion.Figure,
        Verdicts = criterion switch
        {
            { Budget: { } budget } => [ByCost(criterion, budget)],
            { Fairness: { } fairness } => [GateOf(criterion, false).Judge(Equality(criterion, fairness, cancellation))],
            { Other: Criterion.Champion } when settings.Champion is null => [NoChampionYet(criterion)],
            _ => ByMetric(criterion, Metric.Parse(criterion.Metric!), cancellation),
        },
    };

    ImmutableArray<Verdict> ByMetric(Criterion criterion, Metric metric, CancellationToken cancellation)
    {
        var gate = GateOf(criterion, metric.IsHigherBetter);
        if (criterion.Slices.IsEmpty) return [gate.Judge(Figure(criterion, metric, null, cancellation))];
        var slices = SlicePlan.All(criterion.Slices.Select(slice => slice.Choose()), model.Columns);
        return gate.JudgeTogether([.. slices.Select(slice => Figure(criterion, metric, slice, cancellation))]);
    }

    Measured Figure(Criterion criterion, Metric metric, Slice? slice, CancellationToken cancellation)
    {
        var rows = In(model.Rows, slice);
        var size = SizeOf(rows);
        var name = slice?.Name ?? metric.Name;
        // What is too little to be judged is not measured either: a metric of no rows is refused.
        if (rows.Rows == 0) return new(name, Nothing, size);
        var statistic = metric.Over(rows);
        if (criterion.Other is { } other) statistic = Bootstrap.Difference(statistic, metric.Over(In(model.Others[other], slice)));
        return new(name, metric.InWords(intervals.Draws(metric.IsSmooth).Run(statistic, UnitsOf(slice, rows), cancellation)), size);
    }

    Measured Equality(Criterion criterion, FairnessMeasure measure, CancellationToken cancellation)
    {
        var groups = GroupRates.Of(model.Columns, model.Rows, criterion.Groups!);
        return new(criterion.Figure, intervals.Draws(isSmooth: false).Run(groups.Over(measure), UnitsOf(null, model.Rows), cancellation), SizeOf(model.Rows));
    }

    BootstrapResult.Undefined Nothing => new("There are no rows.") { Estimate = double.NaN, Rows = 0, Units = 0, Resamples = 0, UndefinedResamples = 0, Seed = intervals.Seed };

    Gate GateOf(Criterion criterion, bool isHigherBetter) => new()
    {
        Requirement = criterion switch
        {
            { AtLeast: { } least } => Requirement.AtLeast(least),
            { AtMost: { } most } => Requirement.AtMost(most),
            { NoWorseThan: { } other } => Requirement.NoWorseThan(other, criterion.Margin, isHigherBetter),
            _ => Requirement.BetterThan(criterion.BetterThan!, isHigherBetter),
        },
        Confidence = intervals.Confidence,
        LeastRows = settings.LeastRows,
        LeastPositives = settings.LeastOfEachClass,
        LeastUnits = settings.LeastClusters,
    };

    ResamplingUnits UnitsOf(Slice? slice, JudgedRows rows) => intervals.UnitsOf(slice is null ? model.Columns : model.Columns.Take(slice.Rows.AsSpan()), rows);

    /// <summary>A budget is measured, and not drawn from rows: it is met, or it is not.</summary>
    Verdict ByCost(Criterion criterion, Budget budget)
    {
        var cost = model.Cost ?? throw new InvalidOperationException("A criterion asks what the model costs, and nobody measured it.");
        var (value, what) = budget == Budget.ModelMebibytes
            ? (cost.ModelBytes / (double)(1 << 20), string.Create(CultureInfo.InvariantCulture, $"The model's folder has {cost.ModelBytes / (double)(1 << 20):0.##} MiB"))
            : (cost.RowMicroseconds, string.Create(CultureInfo.InvariantCulture, $"A row takes {cost.RowMicroseconds:0.#} µs (median; 99 % at most {cost.RowMicroseconds99:0.#} µs)"));
        var requirement = Requirement.AtMost(criterion.AtMost!.Value);
        var (name, reason) = (criterion.Figure, $"{what}; required is {requirement.Words} {(budget == Budget.ModelMebibytes ? "MiB" : "µs")}.");
        var evidence = Point(requirement, value);
        return value <= criterion.AtMost ? new Verdict.Pass { Gate = name, Evidence = evidence, Reason = reason } : new Verdict.Fail { Gate = name, Evidence = evidence, Reason = reason };
    }

    Verdict.Pass NoChampionYet(Criterion criterion) => new()
    {
        Gate = criterion.Figure,
        Evidence = Point(GateOf(criterion, true).Requirement, null),
        Reason = "There is no champion yet (gates.champion is empty), so there is nothing to be held against.",
    };

    Evidence Point(Requirement requirement, double? value) => new()
    {
        Requirement = requirement.Words,
        Limit = requirement.Limit,
        Estimate = value,
        Lower = value,
        Upper = value,
        Confidence = intervals.Confidence,
        Rows = model.Rows.Rows,
        Positives = null,
        Units = 0,
        Resamples = 0,
        UndefinedResamples = 0,
        Seed = intervals.Seed,
    };

    static JudgedRows In(JudgedRows rows, Slice? slice) => slice is null ? rows : rows.Where(slice.Rows.AsSpan());

    static SampleSize SizeOf(JudgedRows rows) => new(rows.Rows, rows.Task == LearningTask.Binary ? rows.Labels.Span.Count(1.0) : null);
}
