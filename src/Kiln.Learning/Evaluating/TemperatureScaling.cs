using System.Text.Json.Serialization;
using Kiln.Learning.Models;

namespace Kiln.Learning.Evaluating;

/// <summary>
/// Log odds, or the logarithms of several classes' probabilities, divided by one temperature (Guo et al. 2017): above 1 answers become less
/// sure, below 1 surer; the most probable class stays. The temperature is that of the least log loss.
/// </summary>
public sealed record TemperatureScaling : Calibrator
{
    /// <summary>The most and least that the logarithms may be multiplied by.</summary>
    const double Sharpest = 1024;

    /// <param name="temperature">What log odds are divided by, above 0.</param>
    /// <exception cref="KilnException">It is no such number.</exception>
    [JsonConstructor]
    public TemperatureScaling(double temperature) =>
        Temperature = temperature > 0 && double.IsFinite(temperature) ? temperature : throw EvaluatingErrors.NotAbove0("temperature", temperature);

    /// <summary>What log odds are divided by.</summary>
    public double Temperature { get; }

    /// <summary>Fits it to probabilities of two classes or several.</summary>
    /// <param name="validation">Answered rows.</param>
    /// <exception cref="KilnException">
    /// Rows have no meaning; or no temperature is best: the answers are right in every row that counts, or no better than none.
    /// </exception>
    public static TemperatureScaling Fit(JudgedRows validation)
    {
        Checked(validation).CheckProbabilities();
        var logits = Logits(validation);
        if (Slope(validation, logits, 0).First >= 0) throw EvaluatingErrors.NoTemperature("the answers are no better than equal probabilities");
        if (!IsEverWrong(validation, logits)) throw EvaluatingErrors.NoTemperature("the surer the answers, the better: they are right in every row that counts");
        var (low, high) = (0.0, 1.0);
        while (Slope(validation, logits, high).First < 0)
        {
            (low, high) = (high, high * 2);
            if (high > Sharpest) throw EvaluatingErrors.NoTemperature("the answers are so even that no sharpening in reason is enough");
        }

        // The loss is convex, so its slope has one root between the two: Newton's method, halving where it would leave them.
        var sharpness = (low + high) / 2;
        for (var step = 0; step < 200 && high - low > 1e-15 * high; step++)
        {
            var (first, second) = Slope(validation, logits, sharpness);
            if (first < 0) low = sharpness;
            else high = sharpness;
            var next = sharpness - (first / second);
            if (next == sharpness) break;
            sharpness = next > low && next < high ? next : (low + high) / 2;
        }
        return new(1 / sharpness);
    }

    /// <inheritdoc/>
    public override void Apply(Span<double> answers)
    {
        foreach (var answer in answers)
            if (!(answer is >= 0 and <= 1)) throw EvaluatingErrors.NotProbability(0, answer);
        if (answers.Length == 1)
        {
            answers[0] = Sigmoid(LogOdds(answers[0]) / Temperature);
            return;
        }
        for (var number = 0; number < answers.Length; number++) answers[number] = Log(answers[number]);
        Softmax(answers, 1 / Temperature, answers);
    }

    /// <summary>[rows, classes]; of two classes 0 and the log odds.</summary>
    static double[] Logits(JudgedRows rows)
    {
        var classes = rows.Classes;
        var logits = new double[rows.Rows * classes];
        for (var i = 0; i < rows.Answers.Length; i++)
        {
            var answer = rows.Answers.Span[i];
            if (rows.Task == LearningTask.Binary) logits[(2 * i) + 1] = LogOdds(answer);
            else logits[i] = Log(answer);
        }
        return logits;
    }

    static bool IsEverWrong(JudgedRows rows, double[] logits)
    {
        for (var row = 0; row < rows.Rows; row++)
        {
            var values = logits.AsSpan(row * rows.Classes, rows.Classes);
            if (WeightOf(rows, row) > 0 && values.ContainsAnyExceptInRange(double.NegativeInfinity, values[(int)rows.Labels.Span[row]])) return true;
        }
        return false;
    }

    /// <summary>The first and second derivative of the log loss by what logits are multiplied by: E[z] − z of the true class, and the variance of z.</summary>
    static (double First, double Second) Slope(JudgedRows rows, double[] logits, double sharpness)
    {
        var classes = rows.Classes;
        Span<double> shares = classes <= 128 ? stackalloc double[classes] : new double[classes];
        double first = 0, second = 0;
        for (var row = 0; row < rows.Rows; row++)
        {
            var values = logits.AsSpan(row * classes, classes);
            Softmax(values, sharpness, shares);
            double mean = 0, variance = 0;
            for (var number = 0; number < classes; number++) mean += shares[number] * values[number];
            for (var number = 0; number < classes; number++) variance += shares[number] * (values[number] - mean) * (values[number] - mean);
            first += WeightOf(rows, row) * (mean - values[(int)rows.Labels.Span[row]]);
            second += WeightOf(rows, row) * variance;
        }
        return (first, second);
    }

    static void Softmax(ReadOnlySpan<double> values, double sharpness, Span<double> shares)
    {
        var largest = double.NegativeInfinity;
        foreach (var value in values) largest = Math.Max(largest, value * sharpness);
        var sum = 0.0;
        for (var i = 0; i < values.Length; i++) sum += shares[i] = Math.Exp((values[i] * sharpness) - largest);
        for (var i = 0; i < shares.Length; i++) shares[i] /= sum;
    }
}
