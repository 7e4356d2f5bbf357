using Kiln.Learning.Training;

namespace Kiln.Learning.Evaluating.Resampling;

/// <summary>
/// The acceleration of a BCa interval: how fast a statistic's deviation changes with its value, which is a sixth of the skewness of its influences.
/// </summary>
/// <remarks>
/// a = Σ Uⱼ³ / (6 (Σ Uⱼ²)^1.5), where Uⱼ is how far the statistic without unit j lies below the mean of all such (Efron 1987; Efron and Tibshirani 1993,
/// 14.15). With strata the sums go over all of them, Uⱼ weighed by (n − 1) / n of its stratum (the same, 15.36). Where units are many, groups of them that
/// chance put together are left out instead (Efron and Narasimhan 2020): influences of independent units add up, so groups have the same sums of squares and cubes
/// in expectation. From g groups of a symmetric statistic the acceleration has a deviation of about √6 / (6 g), that of a skewness.
/// </remarks>
sealed class Jackknife
{
    // A number that no resample has.
    const int Dealing = -1;

    readonly ResamplingUnits units;
    readonly int[] groupOf; // by unit
    readonly int[] groupsIn; // by stratum

    public Jackknife(ResamplingUnits units, int groups, int seed)
    {
        this.units = units;
        groupOf = new int[units.Count];
        var strata = units.Strata;
        groupsIn = new int[strata.Length];
        var order = new RowOrder(seed, Dealing);
        var first = 0;
        for (var stratum = 0; stratum < strata.Length; stratum++)
        {
            // Each has its share, whatever its size: few positives say as much as many negatives.
            var members = (int[])strata[stratum].Clone();
            var count = groupsIn[stratum] = Math.Min(members.Length, Math.Max(2, groups / strata.Length));
            if (count < members.Length) order.Shuffle<int>(members);
            for (var i = 0; i < members.Length; i++) groupOf[members[i]] = first + (int)((long)i * count / members.Length);
            first += count;
        }
        Groups = first;
    }

    /// <summary>How many groups there are, of all strata; each unit is one where they are few.</summary>
    public int Groups { get; }

    /// <summary>The rows' weights without a group.</summary>
    public void LeaveOut(int group, Span<double> weights) => units.LeaveOut(groupOf, group, weights);

    /// <summary>The acceleration; 0 where nothing that was left out makes a difference, not a number where a value is none.</summary>
    /// <param name="values">The statistic without each group.</param>
    public double Acceleration(ReadOnlySpan<double> values)
    {
        var (squares, cubes, first) = (0.0, 0.0, 0);
        foreach (var count in groupsIn)
        {
            var without = values.Slice(first, count);
            first += count;
            // A unit that is alone in its stratum comes once in every resample: it does not vary.
            if (count < 2) continue;
            var mean = 0.0;
            foreach (var value in without) mean += value / count;
            foreach (var value in without)
            {
                var influence = (mean - value) * (count - 1) / count;
                squares += influence * influence;
                cubes += influence * influence * influence;
            }
        }
        return squares == 0 ? 0 : cubes / (6 * Math.Pow(squares, 1.5));
    }
}
