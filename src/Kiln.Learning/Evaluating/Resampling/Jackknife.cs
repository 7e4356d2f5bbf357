using Kiln.Learning.Training;

namespace Kiln.Learning.Evaluating.Resampling;

/// <summary>What single units do to a statistic, read from its values without them.</summary>
/// <param name="Acceleration">How fast its deviation changes with its value: a sixth of the skewness of the units' influences. 0 where there are none.</param>
/// <param name="DegreesOfFreedom">How many normal values would tell the statistic's variance as well as the units do; at most one less than there are units.</param>
readonly record struct Influences(double Acceleration, double DegreesOfFreedom);

/// <summary>Leaves out a unit after the other, or a group of them.</summary>
/// <remarks>
/// The acceleration is a = Σ Uⱼ³ / (6 (Σ Uⱼ²)^1.5), where Uⱼ is how far the statistic without unit j lies below the mean of all such (Efron 1987; Efron and
/// Tibshirani 1993, 14.15). With strata the sums go over all of them, Uⱼ weighed by (n − 1) / n of its stratum (the same, 15.36). Where units are many, groups that
/// chance put together are left out instead (Efron and Narasimhan 2020): influences of independent units add up, so groups have the same sums of squares and cubes
/// in expectation. From g groups the acceleration has a deviation of about √6 / (6 g).
/// Degrees of freedom are Satterthwaite's (1946), 2 V² / var(V), where V = Σ Uⱼ²: few units that weigh much tell less than many.
/// </remarks>
sealed class Jackknife
{
    // A number that no resample has.
    const int Dealing = -1;

    readonly ResamplingUnits units;
    readonly int[] groupOf; // by unit
    readonly int[] groupsIn; // by stratum
    readonly int[] unitsIn;

    public Jackknife(ResamplingUnits units, int groups, int seed)
    {
        this.units = units;
        groupOf = new int[units.Count];
        var strata = units.Strata;
        groupsIn = new int[strata.Length];
        unitsIn = [.. strata.Select(members => members.Length)];
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

    /// <summary>What the units do; not a number where a value is none.</summary>
    /// <param name="values">The statistic without each group.</param>
    public Influences Read(ReadOnlySpan<double> values)
    {
        var (squares, cubes, doubt, largest, first) = (0.0, 0.0, 0.0, 0.0, 0);
        for (var stratum = 0; stratum < groupsIn.Length; stratum++)
        {
            var without = values.Slice(first, groupsIn[stratum]);
            first += without.Length;
            // A unit that is alone in its stratum comes once in every resample: it does not vary.
            if (without.Length < 2) continue;
            var (mean, second, fourth) = (0.0, 0.0, 0.0);
            foreach (var value in without)
            {
                mean += value / without.Length;
                largest = Math.Max(largest, Math.Abs(value));
            }
            foreach (var value in without)
            {
                var influence = (mean - value) * (without.Length - 1) / without.Length;
                var square = influence * influence;
                second += square;
                cubes += square * influence;
                fourth += square * square;
            }
            squares += second;
            // Fourth cumulants of groups add up too; the rest of the variance is a normal distribution's, of as many values as there are units.
            doubt += fourth - (3 * second * second / without.Length) + (2 * second * second / unitsIn[stratum]);
        }
        // What is left where nothing differs is the last digits of sums.
        if (squares <= values.Length * Math.Pow(1e-14 * largest, 2)) return new(0, units.Count - 1);
        var freedom = doubt > 0 ? 2 * squares * squares / doubt : double.PositiveInfinity;
        return new(cubes / (6 * Math.Pow(squares, 1.5)), Math.Clamp(freedom, 1, units.Count - 1));
    }
}
