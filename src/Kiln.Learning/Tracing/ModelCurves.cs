using System.Collections.Immutable;

namespace Kiln.Learning.Tracing;

/// <summary>What curves tell of a model and of those it is held against, all over the same test rows. Plain data: as JSON it is the same bytes for the same rows.</summary>
public sealed record ModelCurves
{
    /// <summary>How the bands were found, in words.</summary>
    public required string Bands { get; init; }

    /// <summary>The curves, kind by kind; of each kind the model's first, then the champion's and the baselines'.</summary>
    public required ImmutableArray<BandedCurve> Curves { get; init; }
}

/// <summary>A curve at a few hundred places, with a band around it.</summary>
public sealed record BandedCurve
{
    /// <summary>What it shows.</summary>
    public required CurveKind Kind { get; init; }

    /// <summary>What it is called.</summary>
    public required string Heading { get; init; }

    /// <summary>What its places are.</summary>
    public required string XTitle { get; init; }

    /// <summary>What its values are.</summary>
    public required string YTitle { get; init; }

    /// <summary>The model's name: a candidate's, or champion.</summary>
    public required string Model { get; init; }

    /// <summary>What that model is to the page.</summary>
    public required CurveRole Role { get; init; }

    /// <summary>The metric that goes with the curve.</summary>
    public required string Metric { get; init; }

    /// <summary>What it comes to; null where it is not defined.</summary>
    public required double? Value { get; init; }

    /// <summary>The points, X rising.</summary>
    public required ImmutableArray<BandPoint> Points { get; init; }

    /// <summary>Where the stated threshold lies on it; null where there is none.</summary>
    public CurvePlace? Threshold { get; init; }
}

/// <summary>A point of a curve, with the ends of the band there.</summary>
/// <param name="X">The place.</param>
/// <param name="Y">The test rows' value there.</param>
/// <param name="Lower">The band's lower end; null where the draws do not tell it, as in a bin of one class only.</param>
/// <param name="Upper">The band's upper end.</param>
/// <param name="Weight">How much the rows weigh that it is made of, where that differs by place.</param>
public readonly record struct BandPoint(double X, double Y, double? Lower, double? Upper, double? Weight = null);

/// <summary>A place on a curve.</summary>
public readonly record struct CurvePlace(double X, double Y);

/// <summary>What a curve shows.</summary>
public enum CurveKind
{
    /// <summary>Of two classes, precision by recall.</summary>
    PrecisionRecall,

    /// <summary>Of two classes, the true positive rate by the false positive rate.</summary>
    Roc,

    /// <summary>Of several classes, the share of right answers among the surest, by the share of the rows that these are (accuracy by coverage).</summary>
    Surest,

    /// <summary>What came, by the probability that was answered; of several classes, the most probable one's.</summary>
    Calibration,

    /// <summary>Of values, the share of rows whose absolute error is at most so large (REC curve: Bi and Bennett 2003).</summary>
    WithinError,
}

/// <summary>What a model is to the page that shows its curve.</summary>
public enum CurveRole
{
    /// <summary>The model that the page is about.</summary>
    Model,

    /// <summary>The model that is to be replaced.</summary>
    Champion,

    /// <summary>A candidate that a criterion names.</summary>
    Baseline,
}
