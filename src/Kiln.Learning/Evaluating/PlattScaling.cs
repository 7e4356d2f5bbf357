namespace Kiln.Learning.Evaluating;

/// <summary>
/// A sigmoid of the score: 1 / (1 + exp(−(<see cref="Slope"/> · score + <see cref="Intercept"/>))), fitted by maximum likelihood to
/// Platt's smoothed labels (Platt 1999), as scikit-learn does (which gives both with the other sign). Of a probability the score is its log odds:
/// then a slope of 1 and an intercept of 0 leave what is right as it is.
/// </summary>
public sealed record PlattScaling : Calibrator
{
    const int MostSteps = 200;

    /// <summary>What a unit of the score adds to the log odds.</summary>
    /// <exception cref="KilnException">It is no number.</exception>
    public required double Slope { get; init => field = Finite("slope", value); }

    /// <summary>The log odds at a score of 0.</summary>
    /// <exception cref="KilnException">It is no number.</exception>
    public required double Intercept { get; init => field = Finite("intercept", value); }

    /// <summary>Whether what is calibrated are probabilities, whose log odds are the score.</summary>
    public bool IsOfLogOdds { get; init; }

    /// <summary>Fits it to the log odds of probabilities.</summary>
    /// <param name="validation">Answered rows of two classes.</param>
    /// <exception cref="KilnException">Rows have no meaning, are of one class, or all have one score.</exception>
    public static PlattScaling FitLogOdds(JudgedRows validation)
    {
        CheckedScores(validation).CheckProbabilities();
        return Fit(validation with { Answers = Array.ConvertAll(validation.Answers.ToArray(), LogOdds) }) with { IsOfLogOdds = true };
    }

    /// <summary>Fits it to scores on any scale.</summary>
    /// <param name="validation">Scored rows of two classes.</param>
    /// <exception cref="KilnException">Rows have no meaning, are of one class, or all have one score.</exception>
    public static PlattScaling Fit(JudgedRows validation)
    {
        CheckedScores(validation);
        var scores = validation.Answers.Span;
        if (!scores.ContainsAnyExcept(scores[0])) throw EvaluatingErrors.OneScore(validation.Rows, scores[0]);
        var (positives, negatives) = (0.0, 0.0);
        for (var row = 0; row < scores.Length; row++)
        {
            if (validation.Labels.Span[row] == 1) positives += WeightOf(validation, row);
            else negatives += WeightOf(validation, row);
        }
        var (high, low) = ((positives + 1) / (positives + 2), 1 / (negatives + 2));

        // Newton's method on a convex function of two numbers; a step that raises it, by more than its sum is rounded, is halved.
        var at = new PlattScaling { Slope = 0, Intercept = Math.Log((positives + 1) / (negatives + 1)) };
        var now = at.LossOf(validation, high, low);
        for (var step = 0; step < MostSteps; step++)
        {
            var (slope, intercept) = now.NewtonStep();
            PlattScaling next;
            Derivatives then;
            do
            {
                next = new() { Slope = at.Slope + slope, Intercept = at.Intercept + intercept };
                then = next.LossOf(validation, high, low);
                (slope, intercept) = (slope / 2, intercept / 2);
            }
            while (then.Loss > now.Loss * (1 + 1e-13) && next != at);
            if (IsNear(next.Slope, at.Slope) && IsNear(next.Intercept, at.Intercept)) return next;
            (at, now) = (next, then);
        }
        return at;

        static bool IsNear(double one, double other) => Math.Abs(one - other) <= 1e-14 * Math.Abs(one);
    }

    /// <inheritdoc/>
    public override void Apply(Span<double> answers)
    {
        ref var score = ref TheOne(answers);
        score = Sigmoid((Slope * (IsOfLogOdds ? LogOdds(score) : score)) + Intercept);
    }

    static double Finite(string what, double value) => double.IsFinite(value) ? value : throw EvaluatingErrors.NotPlatt(what, value);

    Derivatives LossOf(JudgedRows rows, double high, double low)
    {
        var sum = default(Derivatives);
        var scores = rows.Answers.Span;
        for (var row = 0; row < scores.Length; row++)
        {
            var (score, weight) = (scores[row], WeightOf(rows, row));
            var logit = (Slope * score) + Intercept;
            var target = rows.Labels.Span[row] == 1 ? high : low;
            var probability = Sigmoid(logit);
            var (error, curvature) = (weight * (probability - target), weight * probability * (1 - probability));
            // −t ln p − (1 − t) ln(1 − p) = ln(1 + eᶻ) − t z.
            sum.Loss += weight * (Math.Max(logit, 0) + double.LogP1(Math.Exp(-Math.Abs(logit))) - (target * logit));
            sum.Slope += error * score;
            sum.Intercept += error;
            sum.SlopeSlope += curvature * score * score;
            sum.SlopeIntercept += curvature * score;
            sum.InterceptIntercept += curvature;
        }
        return sum;
    }

    /// <summary>The loss with its first and second derivatives.</summary>
    record struct Derivatives(double Loss, double Slope, double Intercept, double SlopeSlope, double SlopeIntercept, double InterceptIntercept)
    {
        public readonly (double Slope, double Intercept) NewtonStep()
        {
            var determinant = (SlopeSlope * InterceptIntercept) - (SlopeIntercept * SlopeIntercept);
            return determinant > 0
                ? (((SlopeIntercept * Intercept) - (InterceptIntercept * Slope)) / determinant, ((SlopeIntercept * Slope) - (SlopeSlope * Intercept)) / determinant)
                : (-Slope / Math.Max(SlopeSlope, 1), -Intercept / Math.Max(InterceptIntercept, 1));
        }
    }
}
