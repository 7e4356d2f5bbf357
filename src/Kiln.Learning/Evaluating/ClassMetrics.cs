using Kiln.Learning.Models;

namespace Kiln.Learning.Evaluating;

/// <summary>The metrics that judge which class was answered, of two classes by the threshold.</summary>
static class ClassMetrics
{
    public static Metric Accuracy { get; } = new ClassMetric("accuracy", matrix => matrix.Accuracy, LearningTask.Binary, LearningTask.MultiClass);

    public static Metric BalancedAccuracy { get; } = new ClassMetric("balanced accuracy", matrix => matrix.BalancedAccuracy, LearningTask.Binary, LearningTask.MultiClass);

    public static Metric MatthewsCorrelation { get; } = new ClassMetric("MCC", matrix => matrix.MatthewsCorrelation, LearningTask.Binary, LearningTask.MultiClass) { Least = -1 };

    public static Metric Precision { get; } = new ClassMetric("precision", matrix => matrix.Of(1).Precision, LearningTask.Binary);

    public static Metric Recall { get; } = new ClassMetric("recall", matrix => matrix.Of(1) is { Actual: > 0 } positive ? positive.Recall : double.NaN, LearningTask.Binary)
    {
        Needed = "positive rows",
    };

    public static Metric F(double beta) => new ClassMetric($"F{beta}", matrix => matrix.Of(1) is { Actual: 0, Answered: 0 } ? double.NaN : matrix.Of(1).F(beta), LearningTask.Binary)
    {
        Needed = "rows that are positive or flagged",
    };

    public static Metric AveragePrecision(Averaging averaging) => Averaged("precision", averaging, counts => counts.Precision);

    public static Metric AverageRecall(Averaging averaging) => Averaged("recall", averaging, counts => counts.Recall);

    public static Metric AverageF(double beta, Averaging averaging) => Averaged($"F{beta}", averaging, counts => counts.F(beta));

    static ClassMetric Averaged(string name, Averaging averaging, Func<ClassCounts, double> figure) =>
        new($"{name} {averaging.ToString().ToLowerInvariant()}", matrix => matrix.Average(averaging, figure), LearningTask.Binary, LearningTask.MultiClass);
}
