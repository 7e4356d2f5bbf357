using System.Collections.Immutable;

namespace Kiln.Learning.Reporting;

/// <summary>The pictures and tables of a comparison.</summary>
static class ComparisonCharts
{
    const int PerCandidate = 40, ForAxis = 50;

    public static Chart Measure(ComparisonPage page, string measure, int place) => new()
    {
        Name = "compare-measure",
        Id = $"measure-{place + 1}",
        Heading = measure,
        Caption = $"Small dots are folds; the large one is their mean, with a standard deviation to both sides.{(measure == page.Measure ? $" It decides: {(page.IsHigherBetter ? "more" : "less")} is better." : "")}",
        Height = ForAxis + (PerCandidate * page.Candidates.Length),
        Columns = [new("candidate", "Candidate", ColumnFormat.Text), new("fold", "Fold", ColumnFormat.Text), new("value", measure, ColumnFormat.Number)],
        Rows = [.. from candidate in page.Candidates from fold in candidate.Folds select new object?[] { candidate.Name, fold.Name, fold.Measures.GetValueOrDefault(measure, double.NaN) }],
    };

    public static IEnumerable<Chart> Curves(ComparisonPage page) =>
        page.Candidates.SelectMany(candidate => candidate.Curves).GroupBy(curve => curve.Name).Select((curves, place) => new Chart
        {
            Name = "compare-curve",
            Id = $"curve-{place + 1}",
            Heading = curves.Key,
            Caption = $"{curves.First().Y} by {char.ToLowerInvariant(curves.First().X[0])}{curves.First().X[1..]}, the mean over the folds.",
            Columns = [new("candidate", "Candidate", ColumnFormat.Text), new("x", curves.First().X, ColumnFormat.Number), new("y", curves.First().Y, ColumnFormat.Number)],
            Rows =
            [
                .. from candidate in page.Candidates
                   from curve in candidate.Curves
                   where curve.Name == curves.Key
                   from point in curve.Points
                   select new object?[] { candidate.Name, point.X, point.Y },
            ],
        });

    /// <summary>What all have in common is left out.</summary>
    public static PageTable Settings(ComparisonPage page)
    {
        var keys = page.Candidates.SelectMany(candidate => candidate.Settings.Keys).Distinct().Order(StringComparer.Ordinal)
            .Where(key => page.Candidates.Select(candidate => candidate.Settings.GetValueOrDefault(key)).Distinct().Count() > 1);
        return new()
        {
            Caption = "Settings in which the candidates differ",
            Columns = [new("setting", "Setting", ColumnFormat.Text), .. page.Candidates.Select(candidate => new PageColumn(candidate.Name, candidate.Name, ColumnFormat.Text))],
            Rows = [.. keys.Select(key => (object?[])[key, .. page.Candidates.Select(candidate => candidate.Settings.GetValueOrDefault(key))])],
        };
    }

    public static PageTable Folds(ComparisonPage page) => new()
    {
        Caption = "Every candidate on every fold",
        Columns =
        [
            new("candidate", "Candidate", ColumnFormat.Text), new("fold", "Fold", ColumnFormat.Text), new("training", "Rows learned from", ColumnFormat.Count), new("assessed", "Rows judged on", ColumnFormat.Count),
            .. page.Measures.Select(measure => new PageColumn(measure, measure, ColumnFormat.Measure)),
        ],
        Rows =
        [
            .. from candidate in page.Candidates
               from fold in candidate.Folds
               select (object?[])[candidate.Name, fold.Name, fold.TrainingRows, fold.AssessedRows, .. page.Measures.Select(measure => (object?)fold.Measures.GetValueOrDefault(measure, double.NaN))],
        ],
    };
}
