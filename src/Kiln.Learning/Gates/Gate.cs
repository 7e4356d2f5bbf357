using System.Collections.Immutable;
using System.ComponentModel.DataAnnotations;
using Kiln.Learning.Evaluating.Resampling;
using Kiln.Learning.Models;

namespace Kiln.Learning.Gates;

/// <summary>One figure with what resampling says of it.</summary>
/// <param name="Name">The figure's name on pages.</param>
/// <param name="Result">What resampling says: of the figure, or of the paired difference.</param>
/// <param name="Size">The rows behind it.</param>
public sealed record Measured(string Name, BootstrapResult Result, SampleSize Size);

/// <summary>
/// Holds figures to a requirement. It passes what is shown to meet it, fails what is shown not to, and says of everything else that the rows do not tell. Each of
/// the two errors, a false pass and a false failure, has a chance of (1 − confidence) / 2: 2.5 % by default, 5 % with a confidence of 0.9.
/// </summary>
public sealed record Gate
{
    /// <summary>What the figures must be.</summary>
    public required Requirement Requirement { get; init; }

    /// <summary>The confidence of the intervals.</summary>
    [Range(0.5, 0.9999)]
    public double Confidence { get; init; } = 0.95;

    /// <summary>Rows below which nothing is said.</summary>
    [Range(0, int.MaxValue)]
    public int LeastRows { get; init; } = 100;

    /// <summary>Positives, and as many negatives, below which nothing is said of figures that have classes.</summary>
    [Range(0, int.MaxValue)]
    public int LeastPositives { get; init; } = 50;

    /// <summary>Units that are drawn, rows or clusters, below which nothing is said.</summary>
    [Range(2, int.MaxValue)]
    public int LeastUnits { get; init; } = 20;

    double Level => (1 - Confidence) / 2;

    /// <summary>Judges one figure by its interval.</summary>
    /// <exception cref="KilnException">A setting is out of its range.</exception>
    public Verdict Judge(Measured figure)
    {
        SettingsCheck.All("gate", this);
        var evidence = EvidenceOf(figure);
        if (Shortage(figure) is { } shortage) return Inconclusive(figure, evidence, shortage);
        return figure.Result switch
        {
            BootstrapResult.Distribution distribution => ByInterval(figure, distribution, evidence),
            BootstrapResult.Undefined undefined => Inconclusive(figure, evidence, Reasons.NoInterval(undefined)),
            _ => throw new ArgumentOutOfRangeException(nameof(figure)),
        };
    }

    /// <summary>
    /// Judges figures that are looked at together, such as one metric over slices. With many of them one looks bad by chance, so failures are corrected for their number
    /// (<see cref="Holm"/>): the chance that any is false stays at that of one. Passes need no correction, for nothing passes unless all do (an
    /// intersection-union test: Berger 1982). Figures of too few rows are not tested, and do not count.
    /// </summary>
    /// <returns>A verdict for each figure, in their order.</returns>
    /// <exception cref="KilnException">A setting is out of its range, two figures have one name, or the resamples are too few for any failure to be told.</exception>
    public ImmutableArray<Verdict> JudgeTogether(ImmutableArray<Measured> figures)
    {
        SettingsCheck.All("gate", this);
        var tested = figures.Where(figure => Shortage(figure) is null).ToList();
        foreach (var figure in tested)
            if (tested.Count > Level * (figure.Result.Resamples + 1)) throw GateErrors.TooFewResamples(figure.Name, tested.Count, figure.Result.Resamples, Level);
        // What is undefined was to be tested all the same: it counts, and shows nothing.
        var corrected = Holm.Correct(tested.Select(figure => (figure.Name, figure.Result is BootstrapResult.Distribution known ? Requirement.PValueOfFailing(known) : 1.0)))
            .ToDictionary(test => test.Name, StringComparer.Ordinal);
        return [.. figures.Select(figure => Shortage(figure) is null ? Corrected(figure, corrected[figure.Name], tested.Count) : Judge(figure))];
    }

    Verdict ByInterval(Measured figure, BootstrapResult.Distribution distribution, Evidence evidence)
    {
        var interval = distribution.Interval(Confidence);
        if (Requirement.IsShownBy(interval)) return new Verdict.Pass { Gate = figure.Name, Evidence = evidence, Reason = Reasons.Shown(evidence) };
        if (Requirement.IsRefutedBy(interval)) return new Verdict.Fail { Gate = figure.Name, Evidence = evidence, Reason = Reasons.Refuted(evidence) };
        return Inconclusive(figure, evidence, Reasons.Open(evidence));
    }

    Verdict Corrected(Measured figure, CorrectedTest test, int tests)
    {
        var alone = Judge(figure);
        if (figure.Result is not BootstrapResult.Distribution) return alone;
        var evidence = alone.Evidence with { PValue = test.PValue, AdjustedPValue = test.Adjusted, Tests = tests };
        if (test.IsRejectedAt(Level)) return new Verdict.Fail { Gate = figure.Name, Evidence = evidence, Reason = Reasons.RefutedAmongMany(evidence, Level) };
        return alone is Verdict.Fail ? Inconclusive(figure, evidence, Reasons.MayBeChance(evidence, Level)) : alone with { Evidence = evidence };
    }

    string? Shortage(Measured figure)
    {
        var size = figure.Size;
        if (size.Rows < LeastRows) return Reasons.TooFew(size.Rows, "rows", LeastRows);
        if (figure.Result.Units < LeastUnits) return Reasons.TooFew(figure.Result.Units, "clusters to draw", LeastUnits);
        if (size.Positives is not { } positives) return null;
        if (positives < LeastPositives) return Reasons.TooFew(positives, "positives", LeastPositives);
        return size.Rows - positives < LeastPositives ? Reasons.TooFew(size.Rows - positives, "negatives", LeastPositives) : null;
    }

    Evidence EvidenceOf(Measured figure)
    {
        var interval = (figure.Result as BootstrapResult.Distribution)?.Interval(Confidence);
        return new()
        {
            Requirement = Requirement.Words,
            Limit = Requirement.Limit,
            Estimate = double.IsFinite(figure.Result.Estimate) ? figure.Result.Estimate : null,
            Lower = interval?.Lower,
            Upper = interval?.Upper,
            Confidence = Confidence,
            Rows = figure.Size.Rows,
            Positives = figure.Size.Positives,
            Units = figure.Result.Units,
            Resamples = figure.Result.Resamples,
            UndefinedResamples = figure.Result.UndefinedResamples,
            Seed = figure.Result.Seed,
        };
    }

    static Verdict.Inconclusive Inconclusive(Measured figure, Evidence evidence, string reason) => new() { Gate = figure.Name, Evidence = evidence, Reason = reason };
}
