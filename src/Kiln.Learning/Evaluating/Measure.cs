using Kiln.Learning.Models;

namespace Kiln.Learning.Evaluating;

/// <summary>What training may watch: the loss, and some of the metrics.</summary>
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

/// <summary>The metrics that measures are.</summary>
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
    public static bool IsHigherBetter(Measure measure) => measure != Measure.Loss && MetricOf(measure).IsHigherBetter;

    /// <summary>Its name in JSON and on pages.</summary>
    public static string Name(Measure measure) => measure == Measure.Loss ? "loss" : MetricOf(measure).Name;

    /// <summary>Measures answers against labels.</summary>
    /// <param name="measure">Any but <see cref="Measure.Loss"/> of a regression, which only training knows.</param>
    /// <param name="predictions">One answer a row, or several of several classes.</param>
    /// <param name="labels">Each row's label: the class's number, or the value.</param>
    /// <exception cref="KilnException">Rows and labels differ in number, or the measure is not defined for them.</exception>
    public static double Compute(Measure measure, Predictions predictions, ReadOnlySpan<float> labels) => MetricOf(measure).Of(JudgedRows.Of(predictions, labels));

    /// <summary>The metric that a measure is; of the loss that of classes.</summary>
    public static Metric MetricOf(Measure measure) => Metric.Parse(measure switch
    {
        Measure.Loss => "log loss",
        Measure.RocAuc => "AUC ROC",
        Measure.AveragePrecision => "average precision",
        Measure.Accuracy => "accuracy",
        Measure.Rmse => "RMSE",
        Measure.Mae => "MAE",
        Measure.R2 => "R²",
        _ => throw new ArgumentOutOfRangeException(nameof(measure), measure, "not a known measure"),
    });

    /// <summary>Labels of two classes as truths.</summary>
    public static bool[] ToTruths(ReadOnlySpan<float> labels)
    {
        var truths = new bool[labels.Length];
        for (var row = 0; row < truths.Length; row++) truths[row] = labels[row] != 0;
        return truths;
    }
}
