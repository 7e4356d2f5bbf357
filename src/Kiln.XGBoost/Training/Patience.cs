using System.Collections.Immutable;

namespace Kiln.XGBoost;

/// <summary>Follows early stopping's metric from round to round, as the Python package does.</summary>
sealed class Patience(EarlyStopping stopping)
{
    int without;

    public int? BestRound { get; private set; }

    public double BestValue { get; private set; }

    public bool IsOver => without >= stopping.Patience;

    public void Look(int round, ImmutableArray<MetricValue> metrics)
    {
        var found = metrics.Where(metric => metric.Evaluation == stopping.Evaluation && metric.Metric == stopping.Metric).ToList();
        if (found.Count == 0)
            throw Errors.BadEarlyStopping($"{stopping.Metric} of {stopping.Evaluation}", metrics.Select(metric => $"{metric.Metric} of {metric.Evaluation}"));
        var value = found[0].Value;
        if (double.IsNaN(value)) throw Errors.NotANumber($"{stopping.Metric} of {stopping.Evaluation}", round);
        if (BestRound is null || (stopping.Grows ? value - stopping.MinimumGain > BestValue : value + stopping.MinimumGain < BestValue))
            (BestRound, BestValue, without) = (round, value, 0);
        else without++;
    }
}
