using System.Collections.Immutable;
using Kiln.Learning.Evaluating;

namespace Kiln.Learning.Reporting;

/// <summary>The part of a page that tells how a model's answers are calibrated.</summary>
public static class CalibrationSections
{
    /// <summary>One part for a calibration, none where there is none.</summary>
    public static ImmutableArray<PageSection> Of(IEnumerable<CalibrationReport> reports) => [.. reports.Select(Of)];

    /// <summary>A method as people call it.</summary>
    public static string Words(CalibrationMethod method) => method switch
    {
        CalibrationMethod.Platt => "Platt scaling",
        CalibrationMethod.Isotonic => "an isotonic function",
        CalibrationMethod.Temperature => "a temperature",
        _ => "nothing",
    };

    static PageSection Of(CalibrationReport report) => new()
    {
        Id = "calibrated",
        Heading = "How answers were calibrated",
        Lead = $"What the model's folder answers goes through {Words(report.Calibrator.Method)} last, and all figures on this page are of such answers. It was fitted to {report.Source}. "
            + "Contributions of columns are the model's before that.",
        Facts =
        [
            new("rows", $"{report.Rows:#,0}"),
            .. report.Classes.Select(found => new Fact($"rows that are {found.Class}", $"{found.Rows:#,0}")),
            .. Parameters(report.Calibrator),
        ],
        Tables =
        [
            new()
            {
                Caption = "The answers for these rows; after: each fifth of them by what is fitted to the other four",
                Columns = [new("measure", "Measure", ColumnFormat.Text), new("before", "Before", ColumnFormat.Measure), new("after", "After", ColumnFormat.Measure)],
                Rows = [.. report.Measures.Select(measure => new object?[] { measure.Metric, measure.Before, measure.After })],
            },
        ],
    };

    static IEnumerable<Fact> Parameters(Calibrator calibrator) => calibrator switch
    {
        PlattScaling platt => [new("slope of the log odds", Written.Number(platt.Slope)), new("added to the log odds", Written.Number(platt.Intercept))],
        IsotonicScaling isotonic => [new("answers at which its slope changes", $"{isotonic.Scores.Length:#,0}"), new("lowest answer", Written.Number(isotonic.Values[0])), new("highest answer", Written.Number(isotonic.Values[^1]))],
        TemperatureScaling temperature => [new("temperature", Written.Number(temperature.Temperature))],
        _ => [],
    };
}
