using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Kiln.Learning.Preparing;

/// <summary>What became of a <see cref="NumberStep"/> by fitting it: a function of one number. NaN, which is missing, stays NaN unless imputed.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(FittedScale), "scale")]
[JsonDerivedType(typeof(FittedLog), "log")]
[JsonDerivedType(typeof(FittedClip), "clip")]
[JsonDerivedType(typeof(FittedImpute), "impute")]
[JsonDerivedType(typeof(FittedQuantile), "quantile")]
public abstract record FittedNumberStep
{
    private protected FittedNumberStep()
    {
    }

    internal abstract void Apply(Span<double> values, Place place);

    /// <summary>What is wrong with it; null for nothing.</summary>
    internal abstract string? Flaw { get; }
}

/// <summary>(value − <see cref="Center"/>) / <see cref="Divisor"/> + <see cref="Offset"/>.</summary>
public sealed record FittedScale : FittedNumberStep
{
    /// <summary>What is subtracted: a mean, a median, a minimum.</summary>
    public required double Center { get; init; }

    /// <summary>What is divided by: a deviation, a range; 1 where the column is constant.</summary>
    public required double Divisor { get; init; }

    /// <summary>What is added at last.</summary>
    public double Offset { get; init; }

    internal override string? Flaw => double.IsFinite(Center) && double.IsFinite(Divisor) && double.IsFinite(Offset) && Divisor != 0 ? null
        : $"a scale has center {Center}, divisor {Divisor} and offset {Offset}";

    internal override void Apply(Span<double> values, Place place)
    {
        var (center, divisor, offset) = (Center, Divisor, Offset);
        for (var i = 0; i < values.Length; i++) values[i] = (values[i] - center) / divisor + offset;
    }
}

/// <summary>log(1 + value), or sign(value) · log(1 + |value|).</summary>
public sealed record FittedLog : FittedNumberStep
{
    /// <summary>Whether negative values keep their sign.</summary>
    public required bool Signed { get; init; }

    internal override string? Flaw => null;

    internal override void Apply(Span<double> values, Place place)
    {
        for (var i = 0; i < values.Length; i++)
        {
            var value = values[i];
            if (!Signed && value <= -1) throw PreparingErrors.NoLogarithm(place.At(i), value);
            values[i] = Signed ? Math.CopySign(LogOfOneAnd(Math.Abs(value)), value) : LogOfOneAnd(value);
        }
    }

    // 1 + value loses value's last digits; dividing by what was really added gives them back.
    static double LogOfOneAnd(double value)
    {
        var sum = 1 + value;
        return sum == 1 ? value : double.IsInfinity(sum) ? sum : Math.Log(sum) * (value / (sum - 1));
    }
}

/// <summary>Values below or above the bounds become the bounds.</summary>
public sealed record FittedClip : FittedNumberStep
{
    /// <summary>The least value.</summary>
    public required double Low { get; init; }

    /// <summary>The greatest value.</summary>
    public required double High { get; init; }

    internal override string? Flaw => double.IsFinite(Low) && double.IsFinite(High) && Low <= High ? null : $"a clip has bounds {Low} and {High}";

    internal override void Apply(Span<double> values, Place place)
    {
        for (var i = 0; i < values.Length; i++)
            values[i] = values[i] < Low ? Low : values[i] > High ? High : values[i];
    }
}

/// <summary>Missing values become one value.</summary>
public sealed record FittedImpute : FittedNumberStep
{
    /// <summary>What stands in a missing value's place.</summary>
    public required double Value { get; init; }

    internal override string? Flaw => double.IsFinite(Value) ? null : $"an imputed value is {Value}";

    internal override void Apply(Span<double> values, Place place)
    {
        for (var i = 0; i < values.Length; i++)
            if (double.IsNaN(values[i])) values[i] = Value;
    }
}

/// <summary>
/// The share of training values below a value, interpolated between fitted quantiles; or the normal distribution's value at this share,
/// as scikit-learn's QuantileTransformer.
/// </summary>
public sealed record FittedQuantile : FittedNumberStep
{
    // scikit-learn's: shares nearer than this to 0 or 1 are taken as this far.
    const double Edge = 1e-7;
    static readonly double Least = NormalDistribution.Quantile(Edge - Moments.Epsilon);
    static readonly double Most = NormalDistribution.Quantile(1 - (Edge - Moments.Epsilon));

    /// <summary>The training values at evenly spaced shares from 0 to 1, rising.</summary>
    public required ImmutableArray<double> Quantiles { get; init; }

    /// <summary>Whether the result is normally distributed; else it is a share from 0 to 1.</summary>
    public required bool Normal { get; init; }

    internal override string? Flaw
    {
        get
        {
            if (Quantiles.IsDefaultOrEmpty || Quantiles.Length > QuantileStep.MostQuantiles) return "a quantile step has no quantiles, or too many";
            for (var i = 0; i < Quantiles.Length; i++)
                if (!double.IsFinite(Quantiles[i]) || (i > 0 && Quantiles[i] < Quantiles[i - 1])) return $"quantile {i} is {Quantiles[i]}, not a finite number that rises";
            return null;
        }
    }

    internal override void Apply(Span<double> values, Place place)
    {
        var quantiles = Quantiles.AsSpan();
        var edge = Normal ? Edge : 0;
        for (var i = 0; i < values.Length; i++)
        {
            var value = values[i];
            if (double.IsNaN(value)) continue;
            var share = value - edge < quantiles[0] || value <= quantiles[0] ? 0 : value + edge > quantiles[^1] || value >= quantiles[^1] ? 1 : ShareAt(quantiles, value);
            values[i] = Normal ? Math.Clamp(NormalDistribution.Quantile(share), Least, Most) : share;
        }
    }

    // Strictly between the first and the last quantile. A value that is several quantiles stands in the middle of them.
    static double ShareAt(ReadOnlySpan<double> quantiles, double value)
    {
        var at = LastUpTo(quantiles, value);
        var steps = (double)(quantiles.Length - 1);
        if (quantiles[at] != value) return (at + (value - quantiles[at]) / (quantiles[at + 1] - quantiles[at])) / steps;
        var first = at;
        while (first > 0 && quantiles[first - 1] == value) first--;
        return 0.5 * (at / steps + first / steps);
    }

    // The value is not below the first. Without a branch that depends on it, which a processor could not foresee.
    static int LastUpTo(ReadOnlySpan<double> quantiles, double value)
    {
        var (low, left) = (0, quantiles.Length);
        while (left > 1)
        {
            var half = left >> 1;
            low += half & -(quantiles[low + half] <= value ? 1 : 0);
            left -= half;
        }
        return low;
    }
}
