using System.Collections.Immutable;
using System.Globalization;
using Kiln.Learning.Explaining;

namespace Kiln.Learning.Reporting;

/// <summary>The part of a page that tells why a model answers as it does.</summary>
static class ExplanationSections
{
    const int MostBars = 20;
    const int RoomOfABar = 22;
    const int RoomBeside = 50;

    /// <summary>The share of rows from which a single value is told.</summary>
    const double OftenFrom = 0.05;

    public static IEnumerable<PageSection> Of(Explanation explanation)
    {
        yield return new()
        {
            Id = "explanation",
            Heading = "Why it answers so",
            Lead = "What the model uses, which is not what causes anything: of two columns that say the same, each may look needless."
                + (explanation.Omitted.IsEmpty ? "" : $" Not told: {string.Join("; ", explanation.Omitted.Select(part => $"{part.Part} ({part.Reason})"))}."),
            Charts = [.. explanation.Importance is { } importance ? [Importance(importance)] : (Chart[])[], .. explanation.Dependence.SelectMany(Dependences)],
            Tables = [.. AttributionTables(explanation.Attribution)],
        };
    }

    static Chart Importance(PermutationImportance importance)
    {
        var columns = importance.Columns.Take(MostBars).ToImmutableArray();
        return new()
        {
            Name = "importance",
            Heading = "Permutation importance",
            Caption = $"By how much {importance.Metric} ({Written.Number(importance.Score)}) gets worse when a column's values go to other rows: the mean of {importance.Repeats} permutations of {importance.Rows:N0} rows, "
                + "and its 95 % interval over permutations."
                + (importance.Columns.Length > MostBars ? $" The {MostBars} most important of {importance.Columns.Length} columns." : ""),
            Columns = [new("column", "Column", ColumnFormat.Text), new("mean", $"{importance.Metric}, worse by", ColumnFormat.Number), new("low", "From", ColumnFormat.Number), new("high", "To", ColumnFormat.Number)],
            Rows = [.. columns.Select(column => new object?[] { column.Name, column.Mean, column.Low, column.High })],
            Height = RoomBeside + (RoomOfABar * columns.Length),
        };
    }

    /// <summary>A picture a column of numbers; what has no order stands in no curve.</summary>
    static IEnumerable<Chart> Dependences(PartialDependence dependence, int place)
    {
        if (dependence.IsCategory) yield break;
        foreach (var (number, curve) in dependence.Curves.Index())
            yield return new()
            {
                Name = "dependence",
                Id = $"dependence-{place}-{number}",
                Heading = dependence.Column + (curve.Class is { } name && dependence.Curves.Length > 1 ? $", {name}" : ""),
                Caption = $"The mean answer were {dependence.Column} another, all else as it is; over {dependence.Rows:N0} rows (partial dependence). Bars tell where these are: each counts at the value drawn that is nearest to its own."
                    + MostCommon(dependence),
                Columns = [new("value", dependence.Column, ColumnFormat.Number), new("near", "Rows nearest to it", ColumnFormat.Percent), new("mean", curve.Class is { } answered ? $"Probability of {answered}" : "Answer", ColumnFormat.Number)],
                Rows = [.. dependence.Points.Zip(curve.Means).Where(point => point.First.Value is not null).Select(point => new object?[] { point.First.Value, point.First.Near, point.Second })],
            };
    }

    /// <summary>The value that most rows have, where these are many: the curve beside it rests on the others.</summary>
    static string MostCommon(PartialDependence dependence) => dependence.Points.Where(point => point.Value is not null).MaxBy(point => point.Share) is { Share: >= OftenFrom } often
        ? string.Create(CultureInfo.InvariantCulture, $" {often.Share:0.#%} of the rows have the value {often.Text}, the most common one.")
        : "";

    static IEnumerable<PageTable> AttributionTables(Attribution? attribution)
    {
        if (attribution is null) yield break;
        foreach (var output in attribution.Outputs)
            yield return new()
            {
                Caption = $"What columns add to {(output.Class is { } name ? $"the answer {name}" : "answers")}, in {Words(attribution.Scale)}{(attribution.IsBeforeCalibration ? " before the calibration" : "")}: {Words(attribution.Method)}, {attribution.Rows:N0} rows"
                    + (attribution.IncompleteShare > 0 ? $"; {attribution.IncompleteShare:0.0 %} of them incomplete" : ""),
                Columns = [new("column", "Column", ColumnFormat.Text), new("size", "Mean size", ColumnFormat.Measure), new("mean", "Mean", ColumnFormat.Measure)],
                Rows = [.. output.Columns.Select(column => new object?[] { column.Column, column.MeanAbsolute, column.Mean })],
            };
    }

    static string Words(AttributionMethod method) => method switch
    {
        AttributionMethod.TreeShap => "Shapley values of trees",
        AttributionMethod.IntegratedGradients => "integrated gradients",
        AttributionMethod.Linear => "coefficients times distances from the mean",
        _ => "members' contributions by their weights",
    };

    static string Words(AttributionScale scale) => scale switch
    {
        AttributionScale.LogOdds => "log odds",
        AttributionScale.ClassMargin => "the class's margin",
        AttributionScale.Value => "the learned value",
        _ => "the margin",
    };
}
