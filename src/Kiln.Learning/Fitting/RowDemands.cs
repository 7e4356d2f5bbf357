using System.Collections.Immutable;
using Kiln.Learning.Evaluating;
using Kiln.Learning.Evaluating.Resampling;
using Kiln.Learning.Explaining;
using Kiln.Learning.Fairness;
using Kiln.Learning.Gates;
using Kiln.Learning.Leakage;
using Kiln.Learning.Reporting;
using Kiln.Learning.Reviewing;
using Kiln.Learning.Slicing;

namespace Kiln.Learning.Fitting;

/// <summary>Gathers what a pipeline's settings ask of the test rows, with the places where that was written.</summary>
static class RowDemands
{
    /// <param name="pipeline">The pipeline.</param>
    /// <param name="metrics">The metrics that are told.</param>
    /// <param name="card">What people say of the model; null where there is no card.</param>
    public static ImmutableArray<RowDemand> Of(PipelineBuilder pipeline, ImmutableArray<Metric> metrics, CardSettings? card) =>
    [
        .. metrics.Select(metric => OfMetric(pipeline, metric, pipeline.Settings<ReviewSettings>(), "metrics", "review.metrics")),
        .. OfReview(pipeline, pipeline.Settings<ReviewSettings>()),
        .. pipeline.Settings<GateSettings>().Criteria.SelectMany(criterion => OfCriterion(pipeline, criterion, $"gates.criteria.{criterion.Name}")),
        .. OfIntervals(pipeline, pipeline.Settings<IntervalSettings>()),
        .. OfLeakage(pipeline, pipeline.Settings<LeakageSettings>()),
        .. pipeline.Settings<ExplainSettings>().Permutation.Groups.Select((group, place) =>
            new RowDemand { Setting = $"explain.permutation.groups[{place}]", Place = pipeline.PlaceOf(group), Columns = group.Columns, IsOfFeatures = true }),
        .. (card?.Columns ?? []).Select((column, place) => new RowDemand { Setting = $"card.columns[{place}]", Place = pipeline.PlaceOf(column), Columns = [column.Name] }),
    ];

    static IEnumerable<RowDemand> OfReview(PipelineBuilder pipeline, ReviewSettings review) =>
    [
        .. OfSlices(pipeline, review.Slices, "review.slices"),
        .. review.Fairness.Select((groups, place) => OfGroups(pipeline, groups, $"review.fairness[{place}]")),
        new() { Setting = "review.search.columns", Place = pipeline.PlaceOf(review.Search, "columns"), Columns = review.Search.Columns },
    ];

    static IEnumerable<RowDemand> OfCriterion(PipelineBuilder pipeline, Criterion criterion, string setting) =>
    [
        .. OfSlices(pipeline, criterion.Slices, $"{setting}.slices"),
        .. criterion.Metric is { } metric ? [OfMetric(pipeline, Metric.Parse(metric), criterion, "metric", $"{setting}.metric")] : (RowDemand[])[],
        .. criterion.Groups is { } groups ? [OfGroups(pipeline, groups, $"{setting}.groups")] : (RowDemand[])[],
    ];

    static IEnumerable<RowDemand> OfSlices(PipelineBuilder pipeline, ImmutableArray<SliceSettings> slices, string setting) =>
        slices.Select((slice, place) => new RowDemand { Setting = $"{setting}[{place}]", Place = pipeline.PlaceOf(slice), Slices = slice });

    static RowDemand OfMetric(PipelineBuilder pipeline, Metric metric, object settings, string key, string setting) =>
        new() { Setting = setting, Place = pipeline.PlaceOf(settings, key), Metric = metric.Name };

    static RowDemand OfGroups(PipelineBuilder pipeline, FairnessSettings groups, string setting) => new() { Setting = setting, Place = pipeline.PlaceOf(groups), Groups = groups };

    static RowDemand[] OfIntervals(PipelineBuilder pipeline, IntervalSettings intervals) =>
        intervals.Cluster is { } cluster ? [new() { Setting = "intervals.cluster", Place = pipeline.PlaceOf(intervals, "cluster"), Columns = [cluster] }] : [];

    static IEnumerable<RowDemand> OfLeakage(PipelineBuilder pipeline, LeakageSettings leakage) =>
    [
        .. leakage.Entities.Select((entity, place) => new RowDemand { Setting = $"leakage.entities[{place}]", Place = pipeline.PlaceOf(entity), Columns = entity.Columns }),
        .. leakage.Times.Select((times, place) => new RowDemand { Setting = $"leakage.times[{place}]", Place = pipeline.PlaceOf(times), Columns = [times.Feature, times.Label] }),
    ];
}
