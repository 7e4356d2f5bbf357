using Kiln.Learning.Evaluating;
using Kiln.Learning.Evaluating.Resampling;

namespace Kiln.Build.Intervals;

/// <summary>
/// A world of two classes whose measures are known: two models score negatives from a normal distribution around 0, and positives from one around a shift of their own (the
/// binormal model). A row's two scores correlate, and so may rows of a cluster.
/// </summary>
sealed record ScoredWorld
{
    public required int Rows { get; init; }

    public required double PositiveShare { get; init; }

    /// <summary>The first model's shift.</summary>
    public double Shift { get; init; } = 1.8;

    /// <summary>The second model's.</summary>
    public double OtherShift { get; init; } = 1.6;

    /// <summary>How both models' scores of a row correlate.</summary>
    public double Correlation { get; init; } = 0.8;

    public int RowsPerCluster { get; init; } = 1;

    /// <summary>The share of the scores' variance that rows of a cluster have in common.</summary>
    public double ClusterShare { get; init; }

    /// <summary>Whether the sample has as many positives as it should, to the row, and is drawn again so.</summary>
    public bool IsStratified { get; init; }

    /// <summary>A sample of the world: both models' scores of each row.</summary>
    public (JudgedRows One, JudgedRows Other, ResamplingUnits Units) Draw(Random random)
    {
        var labels = new bool[Rows];
        double[] one = new double[Rows], other = new double[Rows];
        var clusters = new int[Rows];
        double common = 0, otherCommon = 0;
        for (var row = 0; row < Rows; row++)
        {
            labels[row] = IsStratified ? row < PositiveShare * Rows : random.NextDouble() < PositiveShare;
            if (row % RowsPerCluster == 0) (common, otherCommon) = Pair(random);
            clusters[row] = row / RowsPerCluster;
            var (own, otherOwn) = Pair(random);
            one[row] = (labels[row] ? Shift : 0) + (Math.Sqrt(ClusterShare) * common) + (Math.Sqrt(1 - ClusterShare) * own);
            other[row] = (labels[row] ? OtherShift : 0) + (Math.Sqrt(ClusterShare) * otherCommon) + (Math.Sqrt(1 - ClusterShare) * otherOwn);
        }
        var units = RowsPerCluster > 1 ? ResamplingUnits.OfClusters(clusters) : ResamplingUnits.OfRows(Rows);
        return (JudgedRows.Of(one, labels), JudgedRows.Of(other, labels), IsStratified ? units.Within(labels) : units);
    }

    /// <summary>What the measures of a model come to over the whole world, by integrating over thresholds.</summary>
    public (double AreaUnderRoc, double AveragePrecision) Truth(double shift)
    {
        const double step = 1e-4;
        double hits = 0, alarms = 0, area = 0, precision = 0;
        for (var threshold = 12.0; threshold > -10; threshold -= step)
        {
            var (more, alarming) = (step * Density(threshold - shift), step * Density(threshold));
            area += alarming * (hits + (more / 2));
            hits += more;
            alarms += alarming;
            precision += more * PositiveShare * hits / ((PositiveShare * hits) + ((1 - PositiveShare) * alarms));
        }
        return (area, precision);
    }

    static double Density(double x) => Math.Exp(-x * x / 2) / Math.Sqrt(2 * Math.PI);

    (double, double) Pair(Random random)
    {
        var (one, other) = Normals(random);
        return (one, (Correlation * one) + (Math.Sqrt(1 - (Correlation * Correlation)) * other));
    }

    /// <summary>Two independent normal numbers (Box and Muller 1958).</summary>
    public static (double, double) Normals(Random random)
    {
        var (radius, angle) = (Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())), 2 * Math.PI * random.NextDouble());
        return (radius * Math.Cos(angle), radius * Math.Sin(angle));
    }
}
