using Kiln.Learning.Models;

namespace Kiln.Learning.Evaluating;

/// <summary>The mean over rows of what each is off by, or the root of that mean. Less is better.</summary>
/// <param name="name">The metric's name.</param>
/// <param name="losses">What each row is off by.</param>
/// <param name="tasks">The tasks it judges.</param>
sealed class MeanMetric(string name, Func<JudgedRows, double[]> losses, params LearningTask[] tasks) : Metric
{
    public override string Name => name;

    public override bool IsHigherBetter => false;

    /// <summary>Whether the root of the mean is taken.</summary>
    public bool IsRoot { get; init; }

    /// <summary>The most that it may be: an error that has such is a share.</summary>
    public Func<LearningTask, double> Most { get; init; } = _ => double.PositiveInfinity;

    public override MetricRange RangeOf(LearningTask task) => MetricRange.Errors with { Most = Most(task) };

    protected override string Needs => "rows that count";

    public override bool AppliesTo(LearningTask task) => tasks.Contains(task);

    protected override Statistic Prepare(JudgedRows rows)
    {
        var each = losses(rows);
        return weights => IsRoot ? Math.Sqrt(Mean(each, weights)) : Mean(each, weights);
    }

    /// <summary>Σ w·x / Σ w; NaN where nothing weighs anything.</summary>
    /// <param name="values">One a row.</param>
    /// <param name="weights">One a row; empty: each counts 1.</param>
    internal static double Mean(ReadOnlySpan<double> values, ReadOnlySpan<double> weights)
    {
        double sum = 0, total = 0;
        if (weights.IsEmpty)
        {
            foreach (var value in values) sum += value;
            return sum / values.Length;
        }
        for (var row = 0; row < values.Length; row++)
        {
            sum += weights[row] * values[row];
            total += weights[row];
        }
        return sum / total;
    }
}
