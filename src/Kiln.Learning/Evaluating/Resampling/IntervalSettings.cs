using System.ComponentModel.DataAnnotations;
using System.Globalization;
using Kiln.Data;
using Kiln.Learning.Preparing;

namespace Kiln.Learning.Evaluating.Resampling;

/// <summary>How sure figures of test rows are to be, and by what rows are drawn anew to tell.</summary>
[SettingsSection("intervals")]
public sealed record IntervalSettings
{
    /// <summary>The confidence of intervals.</summary>
    [Range(0.5, 0.9999)]
    public double Confidence { get; init; } = 0.95;

    /// <summary>How many times the rows are drawn.</summary>
    [Range(200, 1_000_000)]
    public int Resamples { get; init; } = 2000;

    /// <summary>Where the draws start.</summary>
    [Range(0, int.MaxValue)]
    public int Seed { get; init; }

    /// <summary>
    /// A column whose rows are drawn together, because they are alike: a customer's; of a column of times, a day's. Without it each row is drawn
    /// on its own.
    /// </summary>
    public string? Cluster { get; init; }

    /// <summary>How intervals come about, in words.</summary>
    internal string Words => string.Create(CultureInfo.InvariantCulture, $"{Confidence:0.##%} BCa bootstrap intervals from {Resamples:#,0} draws of {(Cluster is { } cluster ? $"whole groups by {cluster}" : "rows")} (seed {Seed})");

    /// <summary>The draws.</summary>
    /// <param name="isSmooth">Whether the statistic has no corners.</param>
    internal Bootstrap Draws(bool isSmooth) => new() { Resamples = Resamples, Seed = Seed, IsWidened = !isSmooth };

    /// <summary>What is drawn of rows, each of which counts by its own weight each time.</summary>
    /// <exception cref="KilnException">There is no such column, or it tells nothing apart.</exception>
    internal ResamplingUnits UnitsOf(TableColumns rows, JudgedRows judged) => Drawn(rows).Weighted(judged.Weights.Span);

    ResamplingUnits Drawn(TableColumns rows)
    {
        if (Cluster is null) return ResamplingUnits.OfRows(rows.RowCount);
        var column = rows[Cluster];
        return ResamplingUnits.OfClusters(column is Column<long> { Schema.Type.Kind: ColumnKind.Timestamp } times ? DaysOf(times) : CategoryCounts.Of(column).Codes);
    }

    static int[] DaysOf(Column<long> times) => Array.ConvertAll(times.Values.ToArray(), micros => (int)Math.Floor((double)micros / TimeSpan.MicrosecondsPerDay));
}
