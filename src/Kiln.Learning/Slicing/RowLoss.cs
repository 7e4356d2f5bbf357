using Kiln.Learning.Evaluating;
using Kiln.Learning.Models;

namespace Kiln.Learning.Slicing;

/// <summary>What a single row's answer costs.</summary>
public enum RowLoss
{
    /// <summary>Of classes: −ln of the probability that was answered for the true class, in nats.</summary>
    LogLoss,

    /// <summary>Of classes: 1 where another class was answered, else 0.</summary>
    Error,

    /// <summary>Of values: the squared distance.</summary>
    SquaredError,

    /// <summary>Of values: the distance.</summary>
    AbsoluteError,
}

/// <summary>Computes losses row by row.</summary>
public static class RowLosses
{
    /// <summary>What is taken where nothing is said: log loss of classes, squared error of values.</summary>
    public static RowLoss Usual(LearningTask task) => task == LearningTask.Regression ? RowLoss.SquaredError : RowLoss.LogLoss;

    /// <summary>Each row's loss. Weights do not count: a row's loss is its own.</summary>
    /// <exception cref="KilnException">The rows cannot be judged, or the loss is not defined for their task.</exception>
    public static double[] Of(RowLoss loss, JudgedRows rows)
    {
        rows.Check();
        if ((loss is RowLoss.LogLoss or RowLoss.Error) != (rows.Classes > 0)) throw SlicingErrors.NoLossOf(loss.ToString(), rows.Task.ToString());
        if (loss == RowLoss.LogLoss) rows.CheckProbabilities();
        var losses = new double[rows.Rows];
        for (var row = 0; row < losses.Length; row++)
            losses[row] = loss switch
            {
                RowLoss.LogLoss => -Math.Log(Math.Clamp(TrueClass(rows, row), Probabilities.Clip, 1)),
                RowLoss.Error => rows.ClassOf(row) == (int)rows.Labels.Span[row] ? 0 : 1,
                RowLoss.SquaredError => Math.Pow(rows.Answers.Span[row] - rows.Labels.Span[row], 2),
                _ => Math.Abs(rows.Answers.Span[row] - rows.Labels.Span[row]),
            };
        return losses;
    }

    /// <summary>The probability that was answered for the class that is true.</summary>
    static double TrueClass(JudgedRows rows, int row)
    {
        var label = (int)rows.Labels.Span[row];
        return rows.Outputs > 1 ? rows.Answers.Span[(row * rows.Outputs) + label] : label == 1 ? rows.Answers.Span[row] : 1 - rows.Answers.Span[row];
    }
}
