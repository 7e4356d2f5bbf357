using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Kiln.Learning.Tracing;

namespace Kiln.Learning.Reporting;

/// <summary>The pictures of curves: the model's, and over it those of the champion and the baselines, each with its band.</summary>
static class CurveCharts
{
    public static IEnumerable<Chart> Of(ModelCurves curves) => curves.Curves.GroupBy(curve => curve.Kind).Select(kind => ChartOf([.. kind], curves.Bands));

    /// <summary>A curve's name in a legend.</summary>
    public static string NameOf(BandedCurve curve) => curve.Role == CurveRole.Model ? $"{curve.Model} (this model)" : curve.Model;

    static Chart ChartOf(ImmutableArray<BandedCurve> curves, string bands)
    {
        var words = WordsOf(curves[0]);
        var marks = new JsonObject();
        if (curves.Select(curve => curve.Threshold).FirstOrDefault(place => place is not null) is { } threshold) (marks["x"], marks["y"]) = (threshold.X, threshold.Y);
        return new()
        {
            Name = words.Name,
            Heading = curves[0].Heading,
            Caption = $"{words.Caption} {Values(curves)} {bands}.",
            Columns =
            [
                new("model", "Model", ColumnFormat.Text), new("x", curves[0].XTitle, words.Format), new("y", curves[0].YTitle, ColumnFormat.Percent), new("lower", "From", ColumnFormat.Percent), new("upper", "To", ColumnFormat.Percent),
                .. curves[0].Points[0].Weight is null ? ImmutableArray<PageColumn>.Empty : [new("weight", "Rows", ColumnFormat.Number)],
            ],
            Rows =
            [
                .. from curve in curves
                   from point in curve.Points
                   select point.Weight is { } weight ? new object?[] { NameOf(curve), point.X, point.Y, point.Lower, point.Upper, weight } : [NameOf(curve), point.X, point.Y, point.Lower, point.Upper],
            ],
            Marks = marks,
        };
    }

    static string Values(ImmutableArray<BandedCurve> curves)
    {
        var known = curves.Where(curve => curve.Value is not null).Select(curve => $"{NameOf(curve)} {Written.Measure(curve.Value!.Value)}").ToList();
        return known.Count == 0 ? "" : $"{char.ToUpperInvariant(curves[0].Metric[0])}{curves[0].Metric[1..]}: {string.Join(", ", known)}.";
    }

    static (string Name, ColumnFormat Format, string Caption) WordsOf(BandedCurve curve)
    {
        var dot = curve.Threshold is null ? "" : " The dot is the stated threshold.";
        return curve.Kind switch
        {
            CurveKind.Roc => ("roc", ColumnFormat.Percent, $"Share of positives found against share of negatives flagged, as the threshold falls; the dotted diagonal is chance.{dot}"),
            CurveKind.PrecisionRecall => ("precision-recall", ColumnFormat.Percent, $"Share of alerts that are right against share of positives found.{dot}"),
            CurveKind.Surest => ("surest", ColumnFormat.Percent, "How many answers are right where only the surest are taken, and the rest is left to somebody else; on the right all are taken."),
            CurveKind.Calibration => ("calibration", ColumnFormat.Measure, "Whether what was given a probability of 0.3 came three times in ten: on the dotted diagonal it did. Larger marks hold more rows."),
            _ => ("within-error", ColumnFormat.Number, "The share of rows whose answer is off by so much or less; further up and left is better (REC curve)."),
        };
    }
}
