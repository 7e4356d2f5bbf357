using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace Kiln.Learning.Reporting;

/// <summary>The course of fits, a picture each of the loss and of what decides when to stop.</summary>
static class TrainingCharts
{
    /// <summary>The curves there are: none for a model that is solved for at once.</summary>
    public static IEnumerable<Chart> Of(ImmutableArray<TrainingHistory> fits) =>
        from pair in fits.Index()
        where !pair.Item.Points.IsEmpty
        from chart in Of(pair.Item, pair.Index)
        select chart;

    static IEnumerable<Chart> Of(TrainingHistory fit, int place)
    {
        if (fit.Points.Any(point => double.IsFinite(point.TrainingLoss))) yield return Loss(fit) with { Id = Id("training-loss", place) };
        if (fit.Points.Any(point => double.IsFinite(point.ValidationMetric))) yield return Metric(fit) with { Id = Id("training-metric", place) };
    }

    static Chart Loss(TrainingHistory fit)
    {
        var validates = fit.Points.Any(point => double.IsFinite(point.ValidationLoss));
        return new()
        {
            Name = "training-loss",
            Heading = Named(fit, fit.Loss),
            Caption = $"{fit.Loss} by {fit.Step.ToLowerInvariant()} on the training{(validates ? " and the validation" : "")} rows.{Best(fit)}",
            Columns = [Step(fit), new("training", "Training", ColumnFormat.Number), .. validates ? [new PageColumn("validation", "Validation", ColumnFormat.Number)] : Array.Empty<PageColumn>()],
            Rows = [.. fit.Points.Select(point => validates ? [point.Epoch, point.TrainingLoss, point.ValidationLoss] : new object?[] { point.Epoch, point.TrainingLoss })],
            Marks = new JsonObject { ["best"] = fit.BestEpoch },
        };
    }

    static Chart Metric(TrainingHistory fit) => new()
    {
        Name = "training-metric",
        Heading = Named(fit, fit.Metric + " on validation"),
        Caption = $"{fit.Metric} on the validation rows by {fit.Step.ToLowerInvariant()}: what decides when to stop.{Best(fit)}",
        Columns = [Step(fit), new("metric", fit.Metric, ColumnFormat.Number)],
        Rows = [.. fit.Points.Select(point => new object?[] { point.Epoch, point.ValidationMetric })],
        Marks = new JsonObject { ["best"] = fit.BestEpoch },
    };

    static PageColumn Step(TrainingHistory fit) => new("epoch", fit.Step, ColumnFormat.Count);

    static string Named(TrainingHistory fit, string what) => fit.Name.Length == 0 ? what : $"{fit.Name}: {what}";

    /// <summary>Without validation rows the last one is kept, and no choice was made.</summary>
    static string Best(TrainingHistory fit) => fit.Points.Any(point => double.IsFinite(point.ValidationLoss)) ? $" {fit.Step} {fit.BestEpoch} (dashed) was the best." : $" {fit.Step} {fit.BestEpoch} (dashed) was kept.";

    static string Id(string name, int place) => place == 0 ? name : $"{name}-{place + 1}";
}
