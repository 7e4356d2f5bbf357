using Kiln.Learning.Evaluating;
using Kiln.Learning.Evaluating.Resampling;
using Kiln.Learning.Preparing;

namespace Kiln.Learning.Tests.Evaluating.Resampling;

/// <summary>Statistics and distributions to start from.</summary>
static class Some
{
    public static Statistic Mean(double[] values) => weights =>
    {
        var (sum, total) = (0.0, 0.0);
        for (var row = 0; row < values.Length; row++)
        {
            sum += weights[row] * values[row];
            total += weights[row];
        }
        return sum / total;
    };

    /// <summary>Exponential values, which are skewed.</summary>
    public static double[] Skewed(int rows, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, rows).Select(_ => -Math.Log(1 - random.NextDouble()))];
    }

    public static double[] Normal(int rows, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, rows).Select(_ => NormalDistribution.Quantile(random.NextDouble()))];
    }

    public static BootstrapResult.Distribution Distribution(this Bootstrap bootstrap, Statistic statistic, ResamplingUnits units) =>
        bootstrap.Run(statistic, units).ShouldBeOfType<BootstrapResult.Distribution>();

    /// <summary>A normal distribution, as resamples of very many rows have it.</summary>
    public static BootstrapResult.Distribution Spread(double estimate, double deviation, int resamples = 10_000) => new()
    {
        Estimate = estimate,
        Rows = 5_000,
        Units = 5_000,
        Resamples = resamples,
        UndefinedResamples = 0,
        Seed = 3,
        Values = [.. Enumerable.Range(0, resamples).Select(i => estimate + (deviation * NormalDistribution.Quantile((i + 0.5) / resamples)))],
        Bias = 0,
        Acceleration = 0,
        StandardError = deviation,
        DegreesOfFreedom = 4_999,
    };
}
