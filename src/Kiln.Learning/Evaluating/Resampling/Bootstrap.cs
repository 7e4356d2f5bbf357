using System.Buffers;
using System.Collections.Immutable;
using System.ComponentModel.DataAnnotations;
using Kiln.Learning.Models;
using Kiln.Learning.Preparing;
using Kiln.Learning.Training;

namespace Kiln.Learning.Evaluating.Resampling;

/// <summary>
/// How far a statistic can be trusted, found by drawing the rows again (Efron 1979). The same rows and settings give the same numbers on any number of
/// threads: each resample has random numbers of its own, by the seed and its number.
/// </summary>
public sealed record Bootstrap
{
    /// <summary>Bands are of many figures, each of which is kept for each resample; more of these would show nowhere.</summary>
    const int MostBandDraws = 10_000;

    /// <summary>How many resamples are drawn. 2,000 tell shares of 1 in 100 well; a correction over many tests needs more of them than it has tests by far.</summary>
    [Range(100, 1_000_000)]
    public int Resamples { get; init; } = 2_000;

    /// <summary>What they are drawn by.</summary>
    [Range(0, int.MaxValue)]
    public int Seed { get; init; }

    /// <summary>
    /// Into how many groups units are dealt where they are more, for the jackknife that finds the acceleration; each unit is left out on its own where they are not.
    /// </summary>
    [Range(2, int.MaxValue)]
    public int JackknifeGroups { get; init; } = 200;

    /// <summary>The largest share of resamples that may be undefined; with more of them what is left tells of other samples than these.</summary>
    [Range(0.0, 0.5)]
    public double MostUndefined { get; init; } = 0.01;

    /// <summary>Whether intervals reach as far as the percentiles do as well: for statistics with corners, such as a maximum of several.</summary>
    public bool IsWidened { get; init; }

    /// <summary>How many threads compute at most; 0 for one a core.</summary>
    [Range(0, 1024)]
    [NotFingerprinted]
    public int Threads { get; init; }

    /// <summary>The difference of two statistics over the same rows: paired, so that what both have in common cancels.</summary>
    public static Statistic Difference(Statistic of, Statistic less) => weights => of(weights) - less(weights);

    /// <summary>Computes the statistic of the rows, of the resamples, and without each group of units.</summary>
    /// <param name="statistic">Takes one weight a row; called from several threads at once.</param>
    /// <param name="units">What is drawn.</param>
    /// <param name="cancellation">Ends it early.</param>
    /// <exception cref="KilnException">A setting is out of its range.</exception>
    public BootstrapResult Run(Statistic statistic, ResamplingUnits units, CancellationToken cancellation = default)
    {
        SettingsCheck.All("bootstrap", this);
        var estimate = statistic(units.Weights());
        if (!double.IsFinite(estimate)) return Undefined(estimate, units, 0, $"The statistic of the {units.Rows:#,0} rows is itself undefined.");
        if (units.Count < 2) return Undefined(estimate, units, 0, "There is only one unit, so nothing tells how others would differ.");

        var values = Compute(Resamples, statistic, units, (number, room) => units.Draw(new RowOrder(Seed, number), room), cancellation);
        // Ascending, with those that are not numbers, or infinite, left out.
        var finite = values.Where(double.IsFinite).Order().ToImmutableArray();
        var lost = Resamples - finite.Length;
        if (lost > MostUndefined * Resamples || finite.Length < 2)
            return Undefined(estimate, units, lost, $"The statistic is undefined in {lost:#,0} of {Resamples:#,0} resamples: the rows are too few of some kind.");
        if (Bias(estimate, finite) is not { } bias) return Undefined(estimate, units, lost, "All resamples lie on one side of the estimate, so its bias cannot be told.");
        var jackknife = new Jackknife(units, JackknifeGroups, Seed);
        var influences = jackknife.Read(Compute(jackknife.Groups, statistic, units, (group, room) => jackknife.LeaveOut(group, room[..units.Rows]), cancellation));
        if (!double.IsFinite(influences.Acceleration)) return Undefined(estimate, units, lost, "The statistic is undefined once a few rows are left out.");
        return new BootstrapResult.Distribution
        {
            Estimate = estimate,
            Rows = units.Rows,
            Units = units.Count,
            Resamples = Resamples,
            UndefinedResamples = lost,
            Seed = Seed,
            Values = finite,
            Bias = bias,
            Acceleration = influences.Acceleration,
            IsWidened = IsWidened,
            DegreesOfFreedom = influences.DegreesOfFreedom,
            StandardError = Math.Sqrt(Moments.Variance(finite.AsSpan(), finite.Average()) * finite.Length / (finite.Length - 1)),
        };
    }

    /// <summary>How many resamples <see cref="Bands"/> draws: the first of them.</summary>
    internal int BandDraws => Math.Min(Resamples, MostBandDraws);

    /// <summary>
    /// Computes many figures of the same resamples, and between which percentiles each of them lies: bands around curves, place by place. The percentiles are those of the first 10,000 resamples at most.
    /// </summary>
    /// <param name="figures">Takes one weight a row; called from several threads at once.</param>
    /// <param name="count">How many figures there are.</param>
    /// <param name="units">What is drawn.</param>
    /// <param name="confidence">The share of the resamples within the band, such as 0.95, as many below it as above.</param>
    /// <param name="cancellation">Ends it early.</param>
    /// <exception cref="KilnException">A setting is out of its range.</exception>
    public ImmutableArray<Band> Bands(Figures figures, int count, ResamplingUnits units, double confidence, CancellationToken cancellation = default)
    {
        SettingsCheck.All("bootstrap", this);
        var estimates = new double[count];
        figures(units.Weights(), estimates);
        if (units.Count < 2) return [.. estimates.Select(estimate => new Band(estimate, null, null))];
        var draws = BandDraws;
        var values = new double[draws * count];
        Each(draws, units, (number, room) => units.Draw(new RowOrder(Seed, number), room), (number, weights) => figures(weights, values.AsSpan(number * count, count)), cancellation);
        var bands = new Band[count];
        Parallel.For(0, count, Options(cancellation), figure => bands[figure] = BandOf(estimates[figure], [.. Enumerable.Range(0, draws).Select(number => values[(number * count) + figure]).Where(double.IsFinite)], draws, confidence));
        return [.. bands];
    }

    Band BandOf(double estimate, double[] finite, int draws, double confidence)
    {
        if (draws - finite.Length > MostUndefined * draws) return new(estimate, null, null);
        var ends = OrderStatistics.Quantiles(finite, [(1 - confidence) / 2, (1 + confidence) / 2]);
        return new(estimate, ends[0], ends[1]);
    }

    BootstrapResult.Undefined Undefined(double estimate, ResamplingUnits units, int lost, string reason) => new(reason)
    {
        Estimate = estimate,
        Rows = units.Rows,
        Units = units.Count,
        Resamples = Resamples,
        UndefinedResamples = lost,
        Seed = Seed,
    };

    /// <summary>z₀, or null where it is infinite.</summary>
    static double? Bias(double estimate, ImmutableArray<double> values)
    {
        // Sums in another order end in other last digits: what differs by no more is equal.
        var tolerance = 1e-12 * Math.Max(Math.Abs(values[0]), Math.Abs(values[^1]));
        var below = values.Count(value => value < estimate - tolerance);
        var above = values.Count(value => value > estimate + tolerance);
        var share = (below + ((values.Length - below - above) / 2.0)) / values.Length;
        return share is > 0 and < 1 ? NormalDistribution.Quantile(share) : null;
    }

    delegate void Weigh(int number, Span<double> room);

    delegate void Ask(int number, ReadOnlySpan<double> weights);

    double[] Compute(int count, Statistic statistic, ResamplingUnits units, Weigh weigh, CancellationToken cancellation)
    {
        var values = new double[count];
        Each(count, units, weigh, (number, weights) => values[number] = statistic(weights), cancellation);
        return values;
    }

    void Each(int count, ResamplingUnits units, Weigh weigh, Ask ask, CancellationToken cancellation) =>
        Parallel.For(0, count, Options(cancellation), () => ArrayPool<double>.Shared.Rent(units.Room), (number, _, rented) =>
        {
            var room = rented.AsSpan(0, units.Room);
            weigh(number, room);
            ask(number, room[..units.Rows]);
            return rented;
        }, rented => ArrayPool<double>.Shared.Return(rented));

    ParallelOptions Options(CancellationToken cancellation) => new() { MaxDegreeOfParallelism = Threads == 0 ? Environment.ProcessorCount : Threads, CancellationToken = cancellation };
}
