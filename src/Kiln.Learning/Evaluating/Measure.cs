using Kiln.Learning.Models;

namespace Kiln.Learning.Evaluating;

/// <summary>A figure that says how good answers are.</summary>
public enum Measure
{
    /// <summary>What training lowers: log loss of classes, mean squared error of values as they are learned. Less is better.</summary>
    Loss,

    /// <summary>Area under the ROC curve, of two classes.</summary>
    RocAuc,

    /// <summary>Average precision, of two classes.</summary>
    AveragePrecision,

    /// <summary>The share of rows whose most probable class is the right one.</summary>
    Accuracy,

    /// <summary>The root of the mean squared error of values. Less is better.</summary>
    Rmse,

    /// <summary>The mean absolute error of values. Less is better.</summary>
    Mae,

    /// <summary>The share of the values' variance that is explained; 1 at best.</summary>
    R2,
}

/// <summary>Computes measures of answers, and tells which there are.</summary>
public static class Measures
{
    /// <summary>The measures of a task, but for the loss.</summary>
    public static IReadOnlyList<Measure> Of(LearningTask task) => task switch
    {
        LearningTask.Binary => [Measure.RocAuc, Measure.AveragePrecision, Measure.Accuracy],
        LearningTask.MultiClass => [Measure.Accuracy],
        _ => [Measure.Rmse, Measure.Mae, Measure.R2],
    };

    /// <summary>Why a fit cannot be watched by a measure; null where it can.</summary>
    internal static Misfit? Misfit(Measure monitor, Target target) => monitor == Measure.Loss || Of(target.Task).Contains(monitor)
        ? null
        : new("monitor", $"it is not measured there; {target.Words} have loss, {string.Join(", ", Of(target.Task).Select(Name))}");

    /// <summary>Whether more of it is better.</summary>
    public static bool IsHigherBetter(Measure measure) => measure is not (Measure.Loss or Measure.Rmse or Measure.Mae);

    /// <summary>Its name in JSON and on pages.</summary>
    public static string Name(Measure measure) => measure switch
    {
        Measure.Loss => "loss",
        Measure.RocAuc => "AUC ROC",
        Measure.AveragePrecision => "average precision",
        Measure.Accuracy => "accuracy",
        Measure.Rmse => "RMSE",
        Measure.Mae => "MAE",
        Measure.R2 => "R²",
        _ => throw new ArgumentOutOfRangeException(nameof(measure), measure, "not a known measure"),
    };

    /// <summary>Measures answers against labels.</summary>
    /// <param name="measure">Any but <see cref="Measure.Loss"/> of a regression, which only training knows.</param>
    /// <param name="predictions">One answer a row, or several of several classes.</param>
    /// <param name="labels">Each row's label: the class's number, or the value.</param>
    /// <exception cref="KilnException">Rows and labels differ in number, or the measure is not defined for them.</exception>
    public static double Compute(Measure measure, Predictions predictions, ReadOnlySpan<float> labels)
    {
        if (predictions.Rows != labels.Length) throw EvaluatingErrors.LengthsDiffer("predictions", predictions.Rows, "labels", labels.Length);
        if (labels.IsEmpty) throw EvaluatingErrors.NoRows();
        if (measure != Measure.Loss && !Of(predictions.Target.Task).Contains(measure)) throw EvaluatingErrors.NotForTask(Name(measure), predictions.Target.Task.ToString());
        return measure switch
        {
            Measure.Loss => LogLoss(predictions, labels),
            Measure.RocAuc => RankingOf(predictions, labels).AreaUnderRoc(),
            Measure.AveragePrecision => RankingOf(predictions, labels).AveragePrecision(),
            Measure.Accuracy => Accuracy(predictions, labels),
            Measure.Rmse => Math.Sqrt(Errors(predictions, labels).Squared / labels.Length),
            Measure.Mae => Errors(predictions, labels).Absolute / labels.Length,
            _ => 1 - (Errors(predictions, labels).Squared / Spread(labels)),
        };
    }

    /// <summary>Labels of two classes as truths.</summary>
    public static bool[] ToTruths(ReadOnlySpan<float> labels)
    {
        var truths = new bool[labels.Length];
        for (var row = 0; row < truths.Length; row++) truths[row] = labels[row] != 0;
        return truths;
    }

    static Ranking RankingOf(Predictions predictions, ReadOnlySpan<float> labels) => Ranking.Of(predictions.ToDoubles(), ToTruths(labels));

    static double LogLoss(Predictions predictions, ReadOnlySpan<float> labels)
    {
        if (predictions.Target.Task == LearningTask.Regression) throw EvaluatingErrors.NotForTask("log loss", "Regression");
        if (predictions.Target.Task == LearningTask.Binary) return Probabilities.LogLoss(predictions.ToDoubles(), ToTruths(labels));
        var sum = 0.0;
        for (var row = 0; row < labels.Length; row++)
            sum -= Math.Log(Math.Clamp(predictions.Values.Span[(row * predictions.Target.Outputs) + (int)labels[row]], Probabilities.Clip, 1));
        return sum / labels.Length;
    }

    static double Accuracy(Predictions predictions, ReadOnlySpan<float> labels)
    {
        var right = 0;
        for (var row = 0; row < labels.Length; row++)
            if (predictions.ClassOf(row) == (int)labels[row]) right++;
        return (double)right / labels.Length;
    }

    static (double Squared, double Absolute) Errors(Predictions predictions, ReadOnlySpan<float> labels)
    {
        var (squared, absolute) = (0.0, 0.0);
        var values = predictions.Values.Span;
        for (var row = 0; row < labels.Length; row++)
        {
            var error = (double)values[row] - labels[row];
            squared += error * error;
            absolute += Math.Abs(error);
        }
        return (squared, absolute);
    }

    static double Spread(ReadOnlySpan<float> labels)
    {
        var mean = 0.0;
        foreach (var label in labels) mean += label;
        mean /= labels.Length;
        var sum = 0.0;
        foreach (var label in labels) sum += (label - mean) * (label - mean);
        return sum;
    }
}
