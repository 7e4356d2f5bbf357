using System.Collections.Immutable;

namespace Kiln.Learning.Slicing;

/// <summary>What a search for the worst slices came to.</summary>
public sealed record SliceSearchResult
{
    /// <summary>The slices, the worst first; those that say about the same are told once.</summary>
    public required ImmutableArray<FoundSlice> Slices { get; init; }

    /// <summary>The columns that slices were made of.</summary>
    public required ImmutableArray<string> Columns { get; init; }

    /// <summary>Rows that a slice had to have, and the rows beside it.</summary>
    public required int LeastRows { get; init; }

    /// <summary>The mean loss of all rows.</summary>
    public required double MeanLoss { get; init; }

    /// <summary>Slices that were large enough, each of which was tested: p-values are corrected for so many.</summary>
    public required int Tested { get; init; }

    /// <summary>Conjunctions that were not looked at, for there were more than the settings allow; 0: none.</summary>
    public required long LeftOut { get; init; }
}

/// <summary>A slice on which the mean loss differs from that of the other rows ("the rest").</summary>
public sealed record FoundSlice
{
    /// <summary>The slice.</summary>
    public required Slice Slice { get; init; }

    /// <summary>The columns that it is made of.</summary>
    public required ImmutableArray<string> Columns { get; init; }

    /// <summary>The mean loss of its rows.</summary>
    public required double MeanLoss { get; init; }

    /// <summary>The mean loss of the rest.</summary>
    public required double RestLoss { get; init; }

    /// <summary>How much a row of it costs more than one of the rest.</summary>
    public double Excess => MeanLoss - RestLoss;

    /// <summary>The share of the whole loss that its rows bear; NaN where there is no loss.</summary>
    public required double LossShare { get; init; }

    /// <summary>The excess in deviations: √2 · excess / √(variance here + variance in the rest) (Chung et al. 2019); infinite where neither varies.</summary>
    public required double EffectSize { get; init; }

    /// <summary>Welch's t: the excess over its standard error.</summary>
    public required double T { get; init; }

    /// <summary>The degrees of freedom of t (Welch and Satterthwaite).</summary>
    public required double DegreesOfFreedom { get; init; }

    /// <summary>The chance of such a t or a greater one where the loss does not depend on the slice, one-sided.</summary>
    public required double PValue { get; init; }

    /// <summary>The same corrected for all slices that were tested (Holm 1979).</summary>
    public required double CorrectedPValue { get; init; }

    /// <summary>Whether the corrected p-value is at most alpha.</summary>
    public required bool IsSignificant { get; init; }

    /// <summary>What slices are ranked by: the excess less what a slice of its size may show by chance, z standard errors with z the normal quantile of alpha / tested.</summary>
    public required double Score { get; init; }
}
