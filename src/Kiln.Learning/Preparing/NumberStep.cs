namespace Kiln.Learning.Preparing;

/// <summary>What stands for a missing number.</summary>
public enum Fill
{
    /// <summary>The training rows' median.</summary>
    Median,

    /// <summary>The training rows' mean.</summary>
    Mean,

    /// <summary>The training rows' most frequent value; of several the least.</summary>
    MostFrequent,
}

/// <summary>One step of preparing numbers, as it is declared.</summary>
public abstract record NumberStep
{
    private protected NumberStep()
    {
    }

    /// <summary>Fits to the training rows' values that are not missing, of so many rows. Where a statistic of them overflows, the step has a flaw.</summary>
    internal abstract FittedNumberStep Fit(ReadOnlySpan<double> present, int rows);
}

/// <summary>To mean 0 and deviation 1, the population's, as scikit-learn's StandardScaler; a constant column becomes 0.</summary>
public sealed record StandardizeStep : NumberStep
{
    internal override FittedScale Fit(ReadOnlySpan<double> present, int rows)
    {
        var (least, most) = Moments.Range(present);
        if (least == most) return new() { Center = least, Divisor = 1 };
        var mean = Moments.Mean(present);
        var variance = Moments.Variance(present, mean);
        // Below this it is rounding, no spread (scikit-learn's bound).
        var rounding = present.Length * Moments.Epsilon;
        var bound = rounding * variance + Math.Pow(mean * rounding, 2);
        return new() { Center = mean, Divisor = variance <= bound && double.IsFinite(variance) ? 1 : Math.Sqrt(variance) };
    }
}

/// <summary>To median 0 and interquartile range 1, as scikit-learn's RobustScaler; a range of 0 counts as 1.</summary>
public sealed record RobustScaleStep : NumberStep
{
    internal override FittedScale Fit(ReadOnlySpan<double> present, int rows)
    {
        var quartiles = OrderStatistics.Quantiles(present, [0.25, 0.5, 0.75]);
        var range = quartiles[2] - quartiles[0];
        return new() { Center = quartiles[1], Divisor = range < 10 * Moments.Epsilon ? 1 : range };
    }
}

/// <summary>From the least and the greatest training value to these bounds, as scikit-learn's MinMaxScaler.</summary>
public sealed record MinMaxStep(double Low, double High) : NumberStep
{
    internal override FittedScale Fit(ReadOnlySpan<double> present, int rows)
    {
        var (least, most) = Moments.Range(present);
        return new() { Center = least, Divisor = most == least ? 1 : (most - least) / (High - Low), Offset = Low };
    }
}

/// <summary>log(1 + value); signed: sign(value) · log(1 + |value|).</summary>
public sealed record LogStep(bool Signed) : NumberStep
{
    internal override FittedLog Fit(ReadOnlySpan<double> present, int rows) => new() { Signed = Signed };
}

/// <summary>Values below or above fixed bounds become the bounds.</summary>
public sealed record ClipStep(double Low, double High) : NumberStep
{
    internal override FittedClip Fit(ReadOnlySpan<double> present, int rows) => new() { Low = Low, High = High };
}

/// <summary>Values below or above quantiles of the training rows become these quantiles.</summary>
public sealed record ClipQuantilesStep(double Low, double High) : NumberStep
{
    internal override FittedClip Fit(ReadOnlySpan<double> present, int rows)
    {
        var bounds = OrderStatistics.Quantiles(present, [Low, High]);
        return new() { Low = bounds[0], High = bounds[1] };
    }
}

/// <summary>Missing values become a statistic of the training rows, as scikit-learn's SimpleImputer.</summary>
public sealed record ImputeStep(Fill Fill) : NumberStep
{
    internal override FittedImpute Fit(ReadOnlySpan<double> present, int rows) => new()
    {
        Value = Fill switch
        {
            Fill.Mean => Moments.Mean(present),
            Fill.Median => OrderStatistics.Quantiles(present, [0.5])[0],
            _ => Moments.MostFrequent(present),
        },
    };
}

/// <summary>Missing values become this value; a column without any value is allowed here.</summary>
public sealed record ImputeConstantStep(double Value) : NumberStep
{
    internal override FittedImpute Fit(ReadOnlySpan<double> present, int rows) => new() { Value = Value };
}

/// <summary>To the uniform or the normal distribution, as scikit-learn's QuantileTransformer without subsampling.</summary>
public sealed record QuantileStep(int Quantiles, bool Normal) : NumberStep
{
    /// <summary>As many quantiles can be asked for.</summary>
    internal const int MostQuantiles = 1_000_000;

    internal override FittedQuantile Fit(ReadOnlySpan<double> present, int rows)
    {
        var fractions = new double[Math.Min(Quantiles, rows)];
        // Step by step as numpy rounds them, percent and back: at ties a last digit decides between two shares.
        var step = 1.0 / (fractions.Length - 1);
        for (var i = 1; i < fractions.Length; i++) fractions[i] = (i == fractions.Length - 1 ? 1 : i * step) * 100 / 100;
        var quantiles = OrderStatistics.Quantiles(present, fractions);
        // Interpolation may fall by a last digit where values are equal.
        for (var i = 1; i < quantiles.Length; i++) quantiles[i] = Math.Max(quantiles[i], quantiles[i - 1]);
        return new() { Quantiles = [.. quantiles], Normal = Normal };
    }
}
