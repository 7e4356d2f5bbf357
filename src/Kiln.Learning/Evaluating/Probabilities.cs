namespace Kiln.Learning.Evaluating;

/// <summary>
/// Measures that judge scores as probabilities, not only by their order. Rows of one class are allowed: unlike a ranking, these
/// are defined for them.
/// </summary>
public static class Probabilities
{
    /// <summary>What a probability is kept away from 0 and 1 by, so that one sure mistake is not an infinite loss (2⁻⁵², as scikit-learn).</summary>
    internal const double Clip = 2.220446049250313e-16;

    /// <summary>Mean negative log-likelihood in nats: −mean(y ln p + (1 − y) ln(1 − p)), p clipped to [2⁻⁵², 1 − 2⁻⁵²].</summary>
    /// <param name="scores">One probability a row, from 0 to 1.</param>
    /// <param name="labels">One label a row, true for a positive.</param>
    public static double LogLoss(ReadOnlySpan<double> scores, ReadOnlySpan<bool> labels)
    {
        ScoredRows.CheckProbabilities(scores, labels);
        var sum = 0.0;
        for (var row = 0; row < scores.Length; row++)
        {
            var probability = Math.Clamp(scores[row], Clip, 1 - Clip);
            sum -= Math.Log(labels[row] ? probability : 1 - probability);
        }
        return sum / scores.Length;
    }

    /// <summary>Mean squared distance of the probability from the outcome (Brier 1950).</summary>
    /// <param name="scores">One probability a row, from 0 to 1.</param>
    /// <param name="labels">One label a row, true for a positive.</param>
    public static double BrierScore(ReadOnlySpan<double> scores, ReadOnlySpan<bool> labels)
    {
        ScoredRows.CheckProbabilities(scores, labels);
        var sum = 0.0;
        for (var row = 0; row < scores.Length; row++)
        {
            var error = scores[row] - (labels[row] ? 1 : 0);
            sum += error * error;
        }
        return sum / scores.Length;
    }
}
