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
    public double Precision => Counts.Precision;

    /// <summary>Share of the positives that are flagged; also the true positive rate.</summary>
    public double Recall => Counts.Recall;

    /// <summary>Share of the negatives that are flagged.</summary>
    public double FalsePositiveRate => ClassCounts.Ratio(FalsePositives, FalsePositives + TrueNegatives);

    /// <summary>Harmonic mean of precision and recall.</summary>
    public double F1 => F(1);

    /// <summary>Share of all rows that are judged right.</summary>
    public double Accuracy => new ConfusionMatrix([TrueNegatives, FalsePositives, FalseNegatives, TruePositives], 2).Accuracy;

    /// <summary>Matthews' correlation coefficient, from −1 to 1 (Matthews 1975).</summary>
    public double MatthewsCorrelation => new ConfusionMatrix([TrueNegatives, FalsePositives, FalseNegatives, TruePositives], 2).MatthewsCorrelation;

    ClassCounts Counts => new(TruePositives, Alerts, TruePositives + FalseNegatives);

    /// <summary>The harmonic mean of precision and recall in which recall counts β times as much (van Rijsbergen 1979).</summary>
    /// <param name="beta">Above 0.</param>
    public double F(double beta) => Counts.F(beta);
}
