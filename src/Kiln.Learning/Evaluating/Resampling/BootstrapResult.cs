using System.Collections.Immutable;
using Kiln.Learning.Preparing;

namespace Kiln.Learning.Evaluating.Resampling;

/// <summary>What resampling says of a statistic: a closed set.</summary>
public abstract record BootstrapResult
{
    BootstrapResult()
    {
    }

    /// <summary>The statistic of the rows as they are; not a number where it is undefined.</summary>
    public required double Estimate { get; init; }

    /// <summary>Rows.</summary>
    public required int Rows { get; init; }

    /// <summary>Units that were drawn: rows, or clusters of them.</summary>
    public required int Units { get; init; }

    /// <summary>Resamples that were drawn.</summary>
    public required int Resamples { get; init; }

    /// <summary>Resamples of them in which the statistic is undefined; they count for nothing.</summary>
    public required int UndefinedResamples { get; init; }

    /// <summary>What the resamples were drawn by.</summary>
    public required int Seed { get; init; }

    /// <summary>The rows do not say how far to trust the estimate.</summary>
    /// <param name="Reason">Why, in a sentence.</param>
    public sealed record Undefined(string Reason) : BootstrapResult;

    /// <summary>
    /// The distribution of the statistic over resamples, from which intervals are read bias-corrected and accelerated (BCa: Efron 1987; DiCiccio and Efron
    /// 1996): their ends are its quantiles at Φ(z₀ + (z₀ + z) / (1 − a (z₀ + z))), z being the normal quantile of the wanted share.
    /// </summary>
    /// <remarks>
    /// Shares beyond what so many resamples tell end at the least or the greatest of them. Where all are equal, every interval is that one point.
    /// </remarks>
    public sealed record Distribution : BootstrapResult
    {
        /// <summary>The statistic in each resample, ascending; at least two, all finite.</summary>
        public required ImmutableArray<double> Values { get; init; }

        /// <summary>z₀: the normal quantile of the share of resamples below the estimate, ties counting one half.</summary>
        public required double Bias { get; init; }

        /// <summary>a: a sixth of the skewness of the statistic's influences, by the jackknife.</summary>
        public required double Acceleration { get; init; }

        /// <summary>The deviation of the resamples.</summary>
        public required double StandardError { get; init; }

        /// <summary>Of the deviation: how many normal values would tell it as well as the units do (Satterthwaite 1946).</summary>
        public required double DegreesOfFreedom { get; init; }

        /// <summary>
        /// Whether intervals reach as far as the percentiles do as well. The bootstrap's bias is no guide where a statistic has corners, as a maximum of several and a sum of
        /// distances have: BCa would correct by it, and cut the worse end off.
        /// </summary>
        public bool IsWidened { get; init; }

        /// <summary>The interval that holds the true value with a confidence, as much of the rest on either side.</summary>
        /// <param name="confidence">Between 0 and 1, such as 0.95.</param>
        public Interval Interval(double confidence)
        {
            var (lower, upper) = ((1 - confidence) / 2, (1 + confidence) / 2);
            return IsWidened ? new(Math.Min(Bound(lower), Quantile(lower)), Math.Max(Bound(upper), Quantile(upper)), confidence) : new(Bound(lower), Bound(upper), confidence);
        }

        /// <summary>The value above which the true one lies with a confidence.</summary>
        public double LowerBound(double confidence) => Bound(1 - confidence);

        /// <summary>The value below which the true one lies with a confidence.</summary>
        public double UpperBound(double confidence) => Bound(confidence);

        /// <summary>
        /// The p-value of the claim that the true value is above a limit: the larger of two, and so good wherever one of them is (Berger 1982). One is the BCa bound solved for
        /// its share: the least 1 − confidence at which <see cref="LowerBound"/> is above the limit. The other is Student's, by the deviation of the resamples and its degrees
        /// of freedom. Far in the tails, where corrections for many tests look, BCa alone rejects too often where the distribution is symmetric, and Student's
        /// where it is not. At least 1 / (resamples + 1), which is as little as they can tell (Davison and Hinkley 1997, 4.2).
        /// </summary>
        public double PValueAbove(double limit) => PValue(Confidence(PlaceAfter(limit)), limit - Estimate);

        /// <summary>As <see cref="PValueAbove"/>, of the claim that the true value is at a limit or above it.</summary>
        public double PValueAtLeast(double limit) => PValue(Confidence(PlaceOf(limit)), limit - Estimate);

        /// <summary>As <see cref="PValueAbove"/>, of the claim that the true value is below a limit, by <see cref="UpperBound"/>.</summary>
        public double PValueBelow(double limit) => PValue(-Confidence(PlaceOf(limit)), Estimate - limit);

        /// <summary>As <see cref="PValueBelow"/>, of the claim that the true value is at a limit or below it.</summary>
        public double PValueAtMost(double limit) => PValue(-Confidence(PlaceAfter(limit)), Estimate - limit);

        double Bound(double share)
        {
            if (share is not (> 0 and < 1)) throw new ArgumentOutOfRangeException(nameof(share), share, "a confidence lies between 0 and 1");
            var shifted = Bias + NormalDistribution.Quantile(share);
            var shrink = 1 - (Acceleration * shifted);
            // Where the correction has no finite value, it has gone off to the side to which it was going.
            var corrected = shrink > 0 ? NormalDistribution.Below(Bias + (shifted / shrink)) : shifted < 0 ? 0 : 1;
            return Quantile(corrected);
        }

        /// <summary>A quantile, straight between neighbours: numpy's, and Hyndman and Fan's (1996) seventh.</summary>
        double Quantile(double share)
        {
            var place = share * (Values.Length - 1);
            var before = Math.Min((int)place, Values.Length - 2);
            return Values[before] + ((place - before) * (Values[before + 1] - Values[before]));
        }

        /// <summary>The normal quantile of the share at which a bound lies at a place among the values.</summary>
        double Confidence(double place)
        {
            var least = 1.0 / (Values.Length + 1);
            var raw = NormalDistribution.Quantile(Math.Clamp(place / (Values.Length - 1), least, 1 - least)) - Bias;
            var stretch = 1 + (Acceleration * raw);
            return stretch > 0 ? (raw / stretch) - Bias : raw < 0 ? double.NegativeInfinity : double.PositiveInfinity;
        }

        double PValue(double confidence, double distance)
        {
            // A statistic that does not vary is as sure as its one value.
            var student = StandardError == 0 ? confidence : Normal(distance / StandardError);
            return Math.Max(NormalDistribution.Below(Math.Max(confidence, student)), 1.0 / (Values.Length + 1));
        }

        /// <summary>The normal deviation as rare as Student's (Wallace 1959): its share is right to 4 % from 4 degrees of freedom on, and to 1 % from 19, as far as 4 deviations.</summary>
        double Normal(double student)
        {
            var deviation = Math.Sqrt(DegreesOfFreedom * Math.Log(1 + (student * student / DegreesOfFreedom)));
            return Math.CopySign(deviation * (8 * DegreesOfFreedom + 1) / (8 * DegreesOfFreedom + 3), student);
        }

        /// <summary>Where the quantiles reach a limit.</summary>
        double PlaceOf(double limit) => Place(limit, FirstWhere(value => value >= limit));

        /// <summary>Where the quantiles go beyond a limit.</summary>
        double PlaceAfter(double limit) => Place(limit, FirstWhere(value => value > limit));

        double Place(double limit, int next)
        {
            if (next == 0) return 0;
            if (next == Values.Length) return Values.Length - 1;
            return next - 1 + ((limit - Values[next - 1]) / (Values[next] - Values[next - 1]));
        }

        int FirstWhere(Func<double, bool> isBeyond)
        {
            int low = 0, high = Values.Length;
            while (low < high)
            {
                var middle = (low + high) / 2;
                if (isBeyond(Values[middle])) high = middle;
                else low = middle + 1;
            }
            return low;
        }
    }
}

/// <summary>Where a true value lies with some confidence.</summary>
/// <param name="Lower">The lower end.</param>
/// <param name="Upper">The upper end.</param>
/// <param name="Confidence">How often such intervals hold the true value, between 0 and 1.</param>
public readonly record struct Interval(double Lower, double Upper, double Confidence);
