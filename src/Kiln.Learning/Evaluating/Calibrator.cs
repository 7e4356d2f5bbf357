using System.Text.Json.Serialization;
using Kiln.Learning.Models;

namespace Kiln.Learning.Evaluating;

/// <summary>
/// Turns a model's scores into probabilities that hold: of rows given 0.3, three in ten are positive. Fitted on validation rows, which the
/// model did not learn from; plain data, the same as JSON.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(PlattScaling), "platt")]
[JsonDerivedType(typeof(IsotonicScaling), "isotonic")]
[JsonDerivedType(typeof(TemperatureScaling), "temperature")]
public abstract record Calibrator
{
    const double Clip = 2.220446049250313e-16;

    /// <summary>Which one it is.</summary>
    [JsonIgnore]
    public CalibrationMethod Method => this switch
    {
        PlattScaling => CalibrationMethod.Platt,
        IsotonicScaling => CalibrationMethod.Isotonic,
        _ => CalibrationMethod.Temperature,
    };

    /// <summary>Fits one to rows that the model did not learn from.</summary>
    /// <param name="method">Which.</param>
    /// <param name="validation">The rows, with probabilities as answers.</param>
    /// <exception cref="KilnException">Rows have no meaning, or nothing can be fitted to them.</exception>
    public static Calibrator Fit(CalibrationMethod method, JudgedRows validation) => method switch
    {
        CalibrationMethod.Platt => PlattScaling.FitLogOdds(validation),
        CalibrationMethod.Isotonic => IsotonicScaling.Fit(validation),
        CalibrationMethod.Temperature => TemperatureScaling.Fit(validation),
        _ => throw new ArgumentOutOfRangeException(nameof(method), method, "nothing is fitted"),
    };

    /// <summary>Calibrates one row's answers, in place.</summary>
    /// <param name="answers">The score of two classes, or a probability for each of several.</param>
    /// <exception cref="KilnException">An answer has no meaning here, or there are several where one is calibrated.</exception>
    public abstract void Apply(Span<double> answers);

    /// <summary>The rows with calibrated answers.</summary>
    /// <exception cref="KilnException">Something in the rows has no meaning here.</exception>
    public JudgedRows Apply(JudgedRows rows)
    {
        Checked(rows);
        var answers = rows.Answers.ToArray();
        for (var row = 0; row < rows.Rows; row++) Apply(answers.AsSpan(row * rows.Outputs, rows.Outputs));
        return rows with { Answers = answers };
    }

    /// <summary>Calibrates a model's answers, in place.</summary>
    /// <param name="answers">[rows, outputs], row by row.</param>
    /// <param name="outputs">Numbers a row: the score of two classes, or a probability for each of several.</param>
    /// <exception cref="KilnException">An answer has no meaning here; the error names its row.</exception>
    public void Apply(Span<float> answers, int outputs = 1)
    {
        var row = outputs <= 128 ? stackalloc double[outputs] : new double[outputs];
        for (var first = 0; first < answers.Length; first += outputs)
        {
            for (var output = 0; output < outputs; output++)
            {
                row[output] = answers[first + output];
                if (!double.IsFinite(row[output])) throw EvaluatingErrors.NotFinite(first / outputs, row[output]);
            }
            Apply(row);
            for (var output = 0; output < outputs; output++) answers[first + output] = (float)row[output];
        }
    }

    /// <summary>One score of two classes, calibrated.</summary>
    public double Apply(double score)
    {
        Apply(new Span<double>(ref score));
        return score;
    }

    /// <summary>Rows of classes, unless something in them has no meaning.</summary>
    private protected static JudgedRows Checked(JudgedRows rows)
    {
        if (rows.Task == LearningTask.Regression) throw EvaluatingErrors.NotCalibrated(rows.Task);
        rows.Check();
        return rows;
    }

    /// <summary>Rows of two classes, of which both count.</summary>
    private protected static JudgedRows CheckedScores(JudgedRows validation)
    {
        if (validation.Task != LearningTask.Binary) throw EvaluatingErrors.NotCalibrated(validation.Task);
        Checked(validation);
        var positives = 0;
        var rows = 0;
        for (var row = 0; row < validation.Rows; row++)
        {
            if (WeightOf(validation, row) == 0) continue;
            rows++;
            positives += (int)validation.Labels.Span[row];
        }
        return positives == 0 || positives == rows ? throw EvaluatingErrors.OneClass(rows, positives) : validation;
    }

    private protected static double WeightOf(JudgedRows rows, int row) => rows.Weights.IsEmpty ? 1 : rows.Weights.Span[row];

    private protected static ref double TheOne(Span<double> answers)
    {
        if (answers.Length != 1) throw EvaluatingErrors.NotOneScore(answers.Length);
        if (!double.IsFinite(answers[0])) throw EvaluatingErrors.NotFinite(0, answers[0]);
        return ref answers[0];
    }

    /// <summary>ln(p / (1 − p)), of what is not nearer to 0 and 1 than double precision tells 1 from its neighbour.</summary>
    private protected static double LogOdds(double probability)
    {
        if (!(probability is >= 0 and <= 1)) throw EvaluatingErrors.NotProbability(0, probability);
        var clipped = Math.Clamp(probability, Clip, 1 - Clip);
        return Math.Log(clipped / (1 - clipped));
    }

    /// <summary>ln p, of what is not nearer to 0.</summary>
    private protected static double Log(double probability) => Math.Log(Math.Max(probability, Clip));

    /// <summary>1 / (1 + e⁻ᶻ), without overflow.</summary>
    private protected static double Sigmoid(double logit)
    {
        var power = Math.Exp(-Math.Abs(logit));
        return logit >= 0 ? 1 / (1 + power) : power / (1 + power);
    }
}
