using System.Collections.Immutable;
using System.ComponentModel.DataAnnotations;
using Kiln.Data;
using Kiln.Learning.Training;

namespace Kiln.Learning.Validating;

/// <summary>One fold: a share of the rows, drawn by chance, is judged on.</summary>
public sealed record HoldOut : FoldPlan
{
    /// <summary>The share.</summary>
    [Range(1e-6, 0.999999)]
    public double Share { get; init; } = 0.2;

    /// <summary>What rows are drawn by.</summary>
    [Range(0, int.MaxValue)]
    public int Seed { get; init; }

    /// <summary>A column each of whose values gives the same share; null for none.</summary>
    public string? Stratify { get; init; }

    /// <inheritdoc/>
    public override ImmutableArray<string> Names => ["hold-out"];

    internal override IEnumerable<string> Columns => KFold.ColumnsOf(Stratify);

    private protected override FoldRows Choose(TableColumns rows, int fold)
    {
        var assessed = KFold.Strata(rows, Seed, Stratify).SelectMany(stratum => stratum.Take((int)Math.Round(Share * stratum.Count()))).ToHashSet();
        return FoldRows.Where(rows.RowCount, assessed.Contains);
    }
}

/// <summary>Every row is judged on once, by what was learned from the other folds' rows; rows are dealt by chance, as many to each fold.</summary>
public sealed record KFold : FoldPlan
{
    /// <summary>How many folds.</summary>
    [Range(2, 1000)]
    public int Folds { get; init; } = 5;

    /// <summary>What rows are dealt by.</summary>
    [Range(0, int.MaxValue)]
    public int Seed { get; init; }

    /// <summary>A column each of whose values is dealt evenly; null for none.</summary>
    public string? Stratify { get; init; }

    /// <inheritdoc/>
    public override ImmutableArray<string> Names => NamesOf(Folds);

    internal override IEnumerable<string> Columns => ColumnsOf(Stratify);

    internal static ImmutableArray<string> NamesOf(int folds) => [.. Enumerable.Range(1, folds).Select(number => $"fold-{number}")];

    internal static IEnumerable<string> ColumnsOf(string? column) => column is null ? [] : [column];

    /// <summary>The rows in random order, those of one value together.</summary>
    internal static IEnumerable<IGrouping<string, int>> Strata(TableColumns rows, int seed, string? column)
    {
        var texts = column is null ? null : Texts(rows, column);
        return new RowOrder(seed, 0).Of(rows.RowCount).Select(row => (int)row).GroupBy(row => texts?[row] ?? "", StringComparer.Ordinal);
    }

    private protected override FoldRows Choose(TableColumns rows, int fold)
    {
        // Dealt on from one value's rows to the next, so that folds stay as even as can be.
        var assessed = Strata(rows, Seed, Stratify).SelectMany(stratum => stratum).Where((_, place) => place % Folds == fold).ToHashSet();
        return FoldRows.Where(rows.RowCount, assessed.Contains);
    }
}

/// <summary>As <see cref="KFold"/>, but rows of one group, such as a customer's, stay together; large groups go first to the fold with the fewest rows.</summary>
public sealed record GroupedKFold : FoldPlan
{
    /// <summary>The column that names a row's group.</summary>
    public required string Group { get; init; }

    /// <summary>How many folds.</summary>
    [Range(2, 1000)]
    public int Folds { get; init; } = 5;

    /// <summary>What groups of one size are dealt by.</summary>
    [Range(0, int.MaxValue)]
    public int Seed { get; init; }

    /// <inheritdoc/>
    public override ImmutableArray<string> Names => KFold.NamesOf(Folds);

    internal override IEnumerable<string> Columns => [Group];

    private protected override FoldRows Choose(TableColumns rows, int fold)
    {
        var groups = Texts(rows, Group);
        var sizes = new long[Folds];
        var foldOf = new Dictionary<string, int>(StringComparer.Ordinal);
        var byName = groups.CountBy(group => group, StringComparer.Ordinal).OrderBy(group => group.Key, StringComparer.Ordinal).ToArray();
        new RowOrder(Seed, 0).Shuffle<KeyValuePair<string, int>>(byName);
        foreach (var (group, count) in byName.OrderByDescending(group => group.Value))
        {
            var least = Array.IndexOf(sizes, sizes.Min());
            foldOf[group] = least;
            sizes[least] += count;
        }
        return FoldRows.Where(rows.RowCount, row => foldOf[groups[row]] == fold);
    }
}
