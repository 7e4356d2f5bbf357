using Kiln.Learning.Evaluating;

namespace Kiln.Build.Intervals;

/// <summary>Scored rows in the order of their scores, so that a ranking's measures under any weights take one pass.</summary>
sealed class RankedRows
{
    readonly int[] order; // scores falling
    readonly bool[] labels; // in that order
    readonly bool[] ends; // whether the next score is another

    public RankedRows(double[] scores, bool[] labels)
    {
        order = [.. Enumerable.Range(0, scores.Length)];
        Array.Sort(Array.ConvertAll(scores, score => -score), order);
        this.labels = Array.ConvertAll(order, row => labels[row]);
        ends = [.. Enumerable.Range(0, order.Length).Select(place => place == order.Length - 1 || scores[order[place]] != scores[order[place + 1]])];
    }

    public Statistic AveragePrecision => weights =>
    {
        double sum = 0, hits = 0, alerts = 0, before = 0;
        for (var place = 0; place < order.Length; place++)
        {
            var weight = weights[order[place]];
            alerts += weight;
            if (labels[place]) hits += weight;
            if (!ends[place] || hits == before) continue;
            sum += (hits - before) * (hits / alerts);
            before = hits;
        }
        return sum / hits;
    };

    public Statistic AreaUnderRoc => weights =>
    {
        double area = 0, hits = 0, alarms = 0, hitsBefore = 0, alarmsBefore = 0;
        for (var place = 0; place < order.Length; place++)
        {
            var weight = weights[order[place]];
            if (labels[place]) hits += weight;
            else alarms += weight;
            if (!ends[place]) continue;
            area += (alarms - alarmsBefore) * (hits + hitsBefore);
            (hitsBefore, alarmsBefore) = (hits, alarms);
        }
        return area / (2 * hits * alarms);
    };
}
