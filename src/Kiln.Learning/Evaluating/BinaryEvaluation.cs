using System.Collections.Immutable;

namespace Kiln.Learning.Evaluating;

/// <summary>
/// Everything a page or a gate needs to know of one classifier on one set of rows. Plain data: as JSON it is the same bytes for
/// the same rows. Curves are thinned (<see cref="Curve.Thin"/>); the measures are not computed from them.
/// </summary>
public sealed record BinaryEvaluation
{
    /// <summary>How many steps the threshold table has at most, besides the chosen threshold.</summary>
    const int TableSteps = 160;

    /// <summary>Rows evaluated.</summary>
    public required int Rows { get; init; }

    /// <summary>Rows that are positive.</summary>
    public required int Positives { get; init; }

    /// <summary>Area under the ROC curve.</summary>
    public required double AreaUnderRoc { get; init; }

    /// <summary>Average precision.</summary>
    public required double AveragePrecision { get; init; }

    /// <summary>Log loss in nats.</summary>
    public required double LogLoss { get; init; }

    /// <summary>Brier score.</summary>
    public required double BrierScore { get; init; }

    /// <summary>The outcome at the stated threshold.</summary>
    public required Confusion AtThreshold { get; init; }

    /// <summary>Reliability in ten bins.</summary>
    public required Calibration Calibration { get; init; }

    /// <summary>ROC curve, thinned for drawing.</summary>
    public required ImmutableArray<CurvePoint> Roc { get; init; }

    /// <summary>Precision-recall curve, thinned for drawing.</summary>
    public required ImmutableArray<CurvePoint> PrecisionRecall { get; init; }

    /// <summary>Score distribution by class.</summary>
    public required ImmutableArray<ScoreBin> Scores { get; init; }

    /// <summary>
    /// Outcomes from few alerts to all rows, thresholds falling. The numbers of alerts grow by a constant factor, for what
    /// matters happens among the highest scores; the stated threshold is always among them.
    /// </summary>
    public required ImmutableArray<Confusion> Thresholds { get; init; }

    /// <summary>Evaluates a classifier.</summary>
    /// <param name="scores">One probability a row, from 0 to 1.</param>
    /// <param name="labels">One label a row, true for a positive; both classes must be there.</param>
    /// <param name="threshold">The lowest score that is flagged, chosen on other rows than these.</param>
    public static BinaryEvaluation Of(ReadOnlySpan<double> scores, ReadOnlySpan<bool> labels, double threshold)
    {
        ScoredRows.CheckClasses(scores, labels);
        var rows = JudgedRows.Of(scores.ToArray(), labels);
        var order = ScoreOrder.Of(scores, labels, true);
        var ranking = Ranking.Of(order, scores);
        return new BinaryEvaluation
        {
            Rows = ranking.Rows,
            Positives = ranking.Positives,
            AreaUnderRoc = order.AreaUnderRoc([]),
            AveragePrecision = order.AveragePrecision([]),
            LogLoss = Metric.Parse("log loss").Of(rows),
            BrierScore = Metric.Parse("Brier score").Of(rows),
            AtThreshold = ranking.AtThreshold(threshold),
            Calibration = Calibration.Of(scores, labels),
            Roc = Curve.Thin(Curve.Roc(ranking)),
            PrecisionRecall = Curve.Thin(Curve.PrecisionRecall(ranking)),
            Scores = ScoreHistogram.Of(scores, labels),
            Thresholds = Table(ranking, threshold),
        };
    }

    static ImmutableArray<Confusion> Table(Ranking ranking, double threshold)
    {
        var table = new List<Confusion> { ranking.AtThreshold(threshold) };
        var growth = Math.Pow(ranking.Rows, 1.0 / TableSteps);
        var (wanted, last) = (1.0, ranking.Steps - 1);
        for (var step = 0; step <= last; step++)
        {
            var outcome = ranking.At(step);
            if (outcome.Threshold == threshold || (outcome.Alerts < wanted && step != last)) continue;
            table.Add(outcome);
            while (wanted <= outcome.Alerts) wanted *= growth;
        }
        return [.. table.OrderByDescending(outcome => outcome.Threshold)];
    }
}
