namespace Kiln.Learning.Evaluating;

/// <summary>The checks every measure makes of its rows before it trusts them.</summary>
static class ScoredRows
{
    public static void Check(ReadOnlySpan<double> scores, ReadOnlySpan<bool> labels)
    {
        if (scores.Length != labels.Length) throw EvaluatingErrors.LengthsDiffer("scores", scores.Length, "labels", labels.Length);
        if (scores.IsEmpty) throw EvaluatingErrors.NoRows();
        for (var row = 0; row < scores.Length; row++)
            if (!double.IsFinite(scores[row])) throw EvaluatingErrors.NotFinite(row, scores[row]);
    }

    public static void CheckClasses(ReadOnlySpan<double> scores, ReadOnlySpan<bool> labels)
    {
        Check(scores, labels);
        var positives = labels.Count(true);
        if (positives == 0 || positives == labels.Length) throw EvaluatingErrors.OneClass(labels.Length, positives);
    }

    public static void CheckProbabilities(ReadOnlySpan<double> scores, ReadOnlySpan<bool> labels)
    {
        Check(scores, labels);
        for (var row = 0; row < scores.Length; row++)
            if (scores[row] is < 0 or > 1) throw EvaluatingErrors.NotProbability(row, scores[row]);
    }
}
