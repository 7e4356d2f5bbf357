using Kiln.Learning.Models;

namespace Kiln.Learning.Evaluating;

/// <summary>
/// R²: the share of the values' variance that is explained, 1 at best. Where all values are the same it is 1 if every answer is right,
/// else 0, as in scikit-learn.
/// </summary>
sealed class ExplainedVariance : Metric
{
    public override string Name => "R²";

    public override MetricRange RangeOf(LearningTask task) => new(double.NegativeInfinity, 1);

    protected override string Needs => "two rows at least";

    public override bool AppliesTo(LearningTask task) => task == LearningTask.Regression;

    protected override Statistic Prepare(JudgedRows rows)
    {
        var (labels, squares) = (rows.Labels, Losses.Squared(rows));
        return weights => Of(labels.Span, squares, weights);
    }

    static double Of(ReadOnlySpan<double> labels, ReadOnlySpan<double> squares, ReadOnlySpan<double> weights)
    {
        var (counted, first, varies) = (0, 0.0, false);
        for (var row = 0; row < labels.Length; row++)
        {
            if (!weights.IsEmpty && weights[row] == 0) continue;
            if (counted++ == 0) first = labels[row];
            varies |= labels[row] != first;
        }
        if (counted < 2) return double.NaN;
        var error = MeanMetric.Mean(squares, weights);
        return varies ? 1 - (error / Variance(labels, weights)) : error == 0 ? 1 : 0;
    }

    static double Variance(ReadOnlySpan<double> labels, ReadOnlySpan<double> weights)
    {
        var mean = MeanMetric.Mean(labels, weights);
        double sum = 0, total = 0;
        for (var row = 0; row < labels.Length; row++)
        {
            var weight = weights.IsEmpty ? 1 : weights[row];
            sum += weight * (labels[row] - mean) * (labels[row] - mean);
            total += weight;
        }
        return sum / total;
    }
}
