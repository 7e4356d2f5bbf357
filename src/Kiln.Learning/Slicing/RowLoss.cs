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

    /// <summary>Whether a loss is defined for a kind of answers.</summary>
    public static bool AppliesTo(RowLoss loss, LearningTask task) => (loss is RowLoss.LogLoss or RowLoss.Error) == (task != LearningTask.Regression);

    /// <summary>Each row's loss. Weights do not count: a row's loss is its own.</summary>
    /// <exception cref="KilnException">The rows cannot be judged, or the loss is not defined for their task.</exception>
    public static double[] Of(RowLoss loss, JudgedRows rows)
    {
        rows.Check();
        if (!AppliesTo(loss, rows.Task)) throw SlicingErrors.NoLossOf(loss.ToString(), rows.Task.ToString());
        return loss switch
        {
            RowLoss.LogLoss => Losses.Log(rows),
            RowLoss.Error => [.. Enumerable.Range(0, rows.Rows).Select(row => rows.ClassOf(row) == (int)rows.Labels.Span[row] ? 0.0 : 1)],
            RowLoss.SquaredError => Losses.Squared(rows),
            _ => Losses.Absolute(rows),
        };
    }
}
