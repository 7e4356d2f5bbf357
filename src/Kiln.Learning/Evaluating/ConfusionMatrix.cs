namespace Kiln.Learning.Evaluating;

/// <summary>How the figures of several classes become one.</summary>
enum Averaging
{
    /// <summary>The mean over the classes that occur among labels or answers.</summary>
    Macro,

    /// <summary>The figure of all classes' counts together.</summary>
    Micro,

    /// <summary>The mean over the classes, weighted by how much of each is true.</summary>
    Weighted,
}

/// <summary>One class beside all others, in rows or in weight. A ratio whose denominator is zero is 0, as in scikit-learn.</summary>
/// <param name="Right">What is answered with the class and belongs to it.</param>
/// <param name="Answered">What is answered with the class.</param>
/// <param name="Actual">What belongs to it.</param>
readonly record struct ClassCounts(double Right, double Answered, double Actual)
{
    public double Precision => Ratio(Right, Answered);

    public double Recall => Ratio(Right, Actual);

    /// <summary>The weighted harmonic mean of precision and recall, in which recall counts β times as much (van Rijsbergen 1979).</summary>
    public double F(double beta) => Ratio((1 + (beta * beta)) * Right, (beta * beta * Actual) + Answered);

    public static double Ratio(double part, double whole) => whole == 0 ? 0 : part / whole;
}

/// <summary>How much of each class was answered with each: [actual, answered], in rows or in weight.</summary>
readonly ref struct ConfusionMatrix(ReadOnlySpan<double> cells, int classes)
{
    readonly ReadOnlySpan<double> cells = cells;

    public double Total
    {
        get
        {
            var total = 0.0;
            foreach (var cell in cells) total += cell;
            return total;
        }
    }

    public double Right
    {
        get
        {
            var right = 0.0;
            for (var number = 0; number < classes; number++) right += cells[(number * classes) + number];
            return right;
        }
    }

    public double Accuracy => ClassCounts.Ratio(Right, Total);

    /// <summary>The mean recall of the classes that there are.</summary>
    public double BalancedAccuracy
    {
        get
        {
            var (sum, present) = (0.0, 0);
            for (var number = 0; number < classes; number++)
            {
                var counts = Of(number);
                if (counts.Actual == 0) continue;
                sum += counts.Recall;
                present++;
            }
            return sum / present;
        }
    }

    /// <summary>
    /// Matthews' correlation coefficient, from −1 to 1 (Matthews 1975; of several classes Gorodkin 2004). 0 where all rows are of one class, or
    /// answered with one.
    /// </summary>
    public double MatthewsCorrelation
    {
        get
        {
            var together = Right * Total;
            // Twice the sum over pairs of classes, which is the square of the total less the squares: nothing is subtracted.
            double actual = 0, answered = 0, actualBefore = 0, answeredBefore = 0;
            for (var number = 0; number < classes; number++)
            {
                var counts = Of(number);
                together -= counts.Actual * counts.Answered;
                actual += 2 * counts.Actual * actualBefore;
                answered += 2 * counts.Answered * answeredBefore;
                actualBefore += counts.Actual;
                answeredBefore += counts.Answered;
            }
            return actual == 0 || answered == 0 ? 0 : together / Math.Sqrt(actual) / Math.Sqrt(answered);
        }
    }

    public ClassCounts Of(int number)
    {
        double answered = 0, actual = 0;
        for (var other = 0; other < classes; other++)
        {
            actual += cells[(number * classes) + other];
            answered += cells[(other * classes) + number];
        }
        return new(cells[(number * classes) + number], answered, actual);
    }

    public double Average(Averaging averaging, Func<ClassCounts, double> figure)
    {
        if (averaging == Averaging.Micro) return figure(new(Right, Total, Total));
        double sum = 0, whole = 0;
        for (var number = 0; number < classes; number++)
        {
            var counts = Of(number);
            var share = averaging == Averaging.Weighted ? counts.Actual : counts.Actual + counts.Answered > 0 ? 1 : 0;
            sum += share * figure(counts);
            whole += share;
        }
        return sum / whole;
    }
}
