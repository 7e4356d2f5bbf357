namespace Kiln.Learning.Evaluating;

/// <summary>What each row is off by: one number a row, from 0.</summary>
static class Losses
{
    /// <summary>What a probability is kept away from 0 and 1 by, so that one sure mistake is not an infinite loss (2⁻⁵², as scikit-learn).</summary>
    const double Clip = 2.220446049250313e-16;

    /// <summary>What stands in for a label of 0 where it divides (2⁻⁵², as scikit-learn).</summary>
    const double Smallest = 2.220446049250313e-16;

    /// <summary>
    /// −ln p of the class that is true, in nats; p clipped to [2⁻⁵², 1 − 2⁻⁵²]. The probabilities of several classes are divided by
    /// their sum after that.
    /// </summary>
    public static double[] Log(JudgedRows rows)
    {
        rows.CheckProbabilities();
        return EachRow(rows, rows.Outputs == 1
            ? (answers, label) => -Math.Log(label == 1 ? Clipped(answers[0]) : 1 - Clipped(answers[0]))
            : (answers, label) =>
            {
                var sum = 0.0;
                foreach (var answer in answers) sum += Clipped(answer);
                return -Math.Log(Clipped(answers[(int)label]) / sum);
            });
    }

    /// <summary>
    /// The squared distance of the probabilities from the outcome (Brier 1950): of two classes that of the second's, from 0 to 1; of several
    /// the sum over the classes, from 0 to 2.
    /// </summary>
    public static double[] Brier(JudgedRows rows)
    {
        rows.CheckProbabilities();
        return EachRow(rows, rows.Outputs == 1
            ? (answers, label) => Square(answers[0] - label)
            : (answers, label) =>
            {
                var sum = 0.0;
                for (var number = 0; number < answers.Length; number++) sum += Square(answers[number] - (number == label ? 1 : 0));
                return sum;
            });
    }

    /// <summary>(y − ŷ)².</summary>
    public static double[] Squared(JudgedRows rows) => EachRow(rows, (answers, label) => Square(label - answers[0]));

    /// <summary>|y − ŷ|.</summary>
    public static double[] Absolute(JudgedRows rows) => EachRow(rows, (answers, label) => Math.Abs(label - answers[0]));

    /// <summary>(ln(1 + y) − ln(1 + ŷ))².</summary>
    /// <exception cref="KilnException">A label or an answer is below 0.</exception>
    public static double[] SquaredLog(JudgedRows rows)
    {
        for (var row = 0; row < rows.Rows; row++)
        {
            if (rows.Labels.Span[row] < 0) throw EvaluatingErrors.Negative("label", row, rows.Labels.Span[row]);
            if (rows.Answers.Span[row] < 0) throw EvaluatingErrors.Negative("answer", row, rows.Answers.Span[row]);
        }
        return EachRow(rows, (answers, label) => Square(double.LogP1(label) - double.LogP1(answers[0])));
    }

    /// <summary>|y − ŷ| as a share of |y|, which counts as 2⁻⁵² at least.</summary>
    public static double[] Percentage(JudgedRows rows) => EachRow(rows, (answers, label) => Math.Abs(label - answers[0]) / Math.Max(Math.Abs(label), Smallest));

    /// <summary>What a quantile is off by: q · (y − ŷ) where the value is above it, (1 − q) · (ŷ − y) where it is below (Koenker and Bassett 1978).</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="quantile">The quantile that was asked for, between 0 and 1.</param>
    public static double[] Pinball(JudgedRows rows, double quantile) =>
        EachRow(rows, (answers, label) => (label - answers[0]) * (label >= answers[0] ? quantile : quantile - 1));

    static double Clipped(double probability) => Math.Clamp(probability, Clip, 1 - Clip);

    static double Square(double value) => value * value;

    static double[] EachRow(JudgedRows rows, Func<ReadOnlySpan<double>, double, double> loss)
    {
        var losses = new double[rows.Rows];
        var answers = rows.Answers.Span;
        var labels = rows.Labels.Span;
        for (var row = 0; row < losses.Length; row++) losses[row] = loss(answers.Slice(row * rows.Outputs, rows.Outputs), labels[row]);
        return losses;
    }
}
