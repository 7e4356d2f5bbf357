using System.Collections.Immutable;
using System.Globalization;
using Kiln.Data;
using Kiln.Learning.Evaluating;
using Kiln.Learning.Evaluating.Resampling;
using Kiln.Learning.Models;

namespace Kiln.Learning.Tracing;

/// <summary>
/// Traces the curves of several models over the same rows, each with a band: at each place the percentiles of what the draws of the rows give there (vertical averaging: Fawcett 2006). The draws are the
/// gate's, and the same for all models; a band holds place by place, and not the whole curve at once.
/// </summary>
/// <param name="intervals">How sure bands are, and what is drawn; of more than 10,000 draws the first.</param>
/// <param name="columns">The rows with all their columns: clusters come from them.</param>
public sealed class CurveTracer(IntervalSettings intervals, TableColumns columns)
{
    /// <summary>Traces the curves. One that is not defined for the rows, as where all are of one class, is left out.</summary>
    /// <param name="models">Each model's answers for the rows; the model that it is about first.</param>
    /// <param name="cancellation">Ends it early.</param>
    /// <exception cref="KilnException">Rows cannot be judged: something in them has no meaning.</exception>
    public ModelCurves Trace(ImmutableArray<TracedModel> models, CancellationToken cancellation = default)
    {
        var own = models[0].Rows;
        var errors = CurveFigures.ErrorsOf(own);
        var figures = models.SelectMany(model => CurveFigures.Of(model.Rows, errors).Select(figures => (model, figures))).ToList();
        var bands = intervals.Draws(isSmooth: true).Bands(At, figures.Sum(part => part.figures.Count), intervals.UnitsOf(columns, own), intervals.Confidence, cancellation);
        return new()
        {
            Bands = string.Create(CultureInfo.InvariantCulture, $"{intervals.Confidence:0.##%} bands, place by place, from {intervals.Draws(isSmooth: true).BandDraws:#,0} draws of {(intervals.Cluster is { } cluster ? $"whole groups by {cluster}" : "rows")} (seed {intervals.Seed})"),
            Curves = [.. Curves().OrderBy(curve => curve.Kind)],
        };

        void At(ReadOnlySpan<double> weights, Span<double> heights)
        {
            foreach (var (_, part) in figures)
            {
                part.At(weights, heights[..part.Count]);
                heights = heights[part.Count..];
            }
        }

        IEnumerable<BandedCurve> Curves()
        {
            var next = 0;
            foreach (var (model, part) in figures)
                foreach (var curve in part.Curves)
                {
                    var heights = bands.AsSpan(next, curve.X.Length).ToArray();
                    next += curve.X.Length;
                    if (heights.All(band => double.IsFinite(band.Estimate))) yield return CurveOf(model, curve, heights);
                }
        }
    }

    static BandedCurve CurveOf(TracedModel model, TracedCurve curve, Band[] heights) => new()
    {
        Kind = curve.Kind,
        Heading = HeadingOf(curve.Kind),
        XTitle = TitlesOf(curve.Kind).X,
        YTitle = TitlesOf(curve.Kind).Y,
        Model = model.Name,
        Role = model.Role,
        Metric = curve.Metric,
        Value = Metric.Parse(curve.Metric).Over(model.Rows)(model.Rows.Weights.Span) is var value && double.IsFinite(value) ? value : null,
        Points = [.. heights.Select((band, place) => Point(curve, place, band))],
        Threshold = model.Role == CurveRole.Model && model.Rows.Task == LearningTask.Binary ? ThresholdOn(curve.Kind, model.Rows) : null,
    };

    /// <summary>Rows of a bin that are all of one class give draws of that class alone, which do not tell how far others would differ.</summary>
    static BandPoint Point(TracedCurve curve, int place, Band band) => curve.Kind == CurveKind.Calibration
        ? new(curve.X[place], band.Estimate, band.Estimate is 0 or 1 ? null : band.Lower, band.Estimate is 0 or 1 ? null : band.Upper, curve.Weights[place])
        : new(curve.X[place], band.Estimate, band.Lower, band.Upper);

    static string HeadingOf(CurveKind kind) => kind switch
    {
        CurveKind.PrecisionRecall => "Precision-recall curve",
        CurveKind.Roc => "ROC curve",
        CurveKind.Surest => "Accuracy of the surest answers",
        CurveKind.Calibration => "Calibration",
        _ => "Rows within an error",
    };

    static (string X, string Y) TitlesOf(CurveKind kind) => kind switch
    {
        CurveKind.PrecisionRecall => ("Recall", "Precision"),
        CurveKind.Roc => ("False positive rate", "True positive rate"),
        CurveKind.Surest => ("Share of the rows, the surest first", "Accuracy"),
        CurveKind.Calibration => ("Mean probability", "Share that came"),
        _ => ("Absolute error", "Share of the rows"),
    };

    static CurvePlace? ThresholdOn(CurveKind kind, JudgedRows rows)
    {
        double hits = 0, falseAlarms = 0, positives = 0, negatives = 0;
        for (var row = 0; row < rows.Rows; row++)
        {
            var (weight, label, flagged) = (rows.Weights.IsEmpty ? 1 : rows.Weights.Span[row], rows.Labels.Span[row], rows.ClassOf(row));
            positives += weight * label;
            negatives += weight * (1 - label);
            hits += weight * label * flagged;
            falseAlarms += weight * (1 - label) * flagged;
        }
        return kind switch
        {
            CurveKind.Roc => new(falseAlarms / negatives, hits / positives),
            CurveKind.PrecisionRecall when hits > 0 => new(hits / positives, hits / (hits + falseAlarms)),
            _ => null,
        };
    }
}

/// <summary>A model whose curves are traced.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Role">What it is to the page.</param>
/// <param name="Rows">What it answered for the rows.</param>
public sealed record TracedModel(string Name, CurveRole Role, JudgedRows Rows);
