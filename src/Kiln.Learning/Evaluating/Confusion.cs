namespace Kiln.Learning.Evaluating;

/// <summary>
/// What happens at one threshold: a row is flagged when its score is at or above it. A ratio whose denominator is zero is 0,
/// as in scikit-learn.
/// </summary>
public sealed record Confusion
{
    /// <summary>The lowest score that is flagged.</summary>
    public required double Threshold { get; init; }

    /// <summary>Positives that are flagged.</summary>
    public required long TruePositives { get; init; }

    /// <summary>Negatives that are flagged.</summary>
    public required long FalsePositives { get; init; }

    /// <summary>Positives that are not flagged.</summary>
    public required long FalseNegatives { get; init; }

    /// <summary>Negatives that are not flagged.</summary>
    public required long TrueNegatives { get; init; }

    /// <summary>How many rows are flagged.</summary>
    public long Alerts => TruePositives + FalsePositives;

    /// <summary>Share of the flagged rows that are positive.</summary>
    public double Precision => Ratio(TruePositives, TruePositives + FalsePositives);

    /// <summary>Share of the positives that are flagged; also the true positive rate.</summary>
    public double Recall => Ratio(TruePositives, TruePositives + FalseNegatives);

    /// <summary>Share of the negatives that are flagged.</summary>
    public double FalsePositiveRate => Ratio(FalsePositives, FalsePositives + TrueNegatives);

    /// <summary>Harmonic mean of precision and recall.</summary>
    public double F1 => Ratio(2 * TruePositives, (2 * TruePositives) + FalsePositives + FalseNegatives);

    /// <summary>Share of all rows that are judged right.</summary>
    public double Accuracy => Ratio(TruePositives + TrueNegatives, TruePositives + TrueNegatives + FalsePositives + FalseNegatives);

    /// <summary>Matthews' correlation coefficient, from −1 to 1 (Matthews 1975).</summary>
    public double MatthewsCorrelation
    {
        get
        {
            double tp = TruePositives, fp = FalsePositives, fn = FalseNegatives, tn = TrueNegatives;
            var norm = Math.Sqrt((tp + fp) * (tp + fn)) * Math.Sqrt((tn + fp) * (tn + fn));
            return norm == 0 ? 0 : ((tp * tn) - (fp * fn)) / norm;
        }
    }

    static double Ratio(long part, long whole) => whole == 0 ? 0 : (double)part / whole;
}
