using System.Collections.Immutable;

namespace Kiln.Learning.Training;

/// <summary>
/// Shifts and scales each feature to mean 0 and standard deviation 1 on the rows it was fitted to, which must be training rows
/// only. The deviation is the population's (divisor n), as in scikit-learn's StandardScaler; a constant feature becomes 0.
/// </summary>
public sealed record Standardizer
{
    /// <summary>Each feature's mean.</summary>
    public required ImmutableArray<float> Mean { get; init; }

    /// <summary>Each feature's standard deviation; 1 where the feature is constant.</summary>
    public required ImmutableArray<float> Deviation { get; init; }

    /// <summary>The number of features.</summary>
    public int Columns => Mean.Length;

    /// <summary>Fits to rows given in row-major order, in double precision and two passes.</summary>
    /// <exception cref="KilnException">There is no row, or a value is not a finite number.</exception>
    public static Standardizer Fit(ReadOnlySpan<float> features, int columns)
    {
        var rows = TrainingErrors.CheckRows(features.Length, columns);
        if (rows == 0) throw TrainingErrors.NoRows();
        Span<double> sums = new double[columns];
        for (var i = 0; i < features.Length; i++)
        {
            if (!float.IsFinite(features[i])) throw TrainingErrors.NotFinite(i / columns, i % columns, features[i]);
            sums[i % columns] += features[i];
        }
        var means = sums.ToArray().Select(sum => sum / rows).ToArray();
        sums.Clear();
        for (var i = 0; i < features.Length; i++)
        {
            var distance = features[i] - means[i % columns];
            sums[i % columns] += distance * distance;
        }
        return new()
        {
            Mean = [.. means.Select(mean => (float)mean)],
            Deviation = [.. sums.ToArray().Zip(means, (sum, mean) => Scale(Math.Sqrt(sum / rows), mean))],
        };
    }

    /// <summary>Standardizes rows in row-major order into a new array.</summary>
    /// <exception cref="KilnException">The values are not whole rows of as many features as this was fitted to.</exception>
    public float[] Apply(ReadOnlySpan<float> features)
    {
        TrainingErrors.CheckRows(features.Length, Columns);
        var scaled = new float[features.Length];
        var mean = Mean.AsSpan();
        var deviation = Deviation.AsSpan();
        for (var start = 0; start < features.Length; start += mean.Length)
            for (var column = 0; column < mean.Length; column++)
                scaled[start + column] = (features[start + column] - mean[column]) / deviation[column];
        return scaled;
    }

    // A constant column's deviation is not exactly 0 after rounding: what is below the mean's own precision is no spread.
    static float Scale(double deviation, double mean) => deviation <= Math.Abs(mean) * 1e-7 || (float)deviation == 0 ? 1 : (float)deviation;
}
