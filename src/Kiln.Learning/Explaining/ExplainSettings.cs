using System.Collections.Immutable;
using System.ComponentModel.DataAnnotations;

namespace Kiln.Learning.Explaining;

/// <summary>How much is asked of a model to explain it: rows, repeats and points bound the time.</summary>
[SettingsSection("explain")]
public sealed record ExplainSettings
{
    /// <summary>What rows and permutations are drawn by.</summary>
    [Range(0, int.MaxValue)]
    public int Seed { get; init; }

    /// <summary>By how much answers get worse without a column.</summary>
    public PermutationSettings Permutation { get; init; } = new();

    /// <summary>What answers would be, were a column's value another.</summary>
    public DependenceSettings Dependence { get; init; } = new();

    /// <summary>What each column adds to each answer.</summary>
    public AttributionSettings Attribution { get; init; } = new();
}

/// <summary>How <see cref="PermutationImportance"/> is measured; it costs columns × repeats × rows answers.</summary>
public sealed record PermutationSettings
{
    /// <summary>Rows that are judged on; where there are more, as many are drawn, of metrics by day or by query whole days or queries.</summary>
    [Range(2, 100_000_000)]
    public int Rows { get; init; } = 20_000;

    /// <summary>How often each column is permuted; the interval is over these.</summary>
    [Range(2, 1000)]
    public int Repeats { get; init; } = 5;

    /// <summary>Columns that are permuted together, beside each column on its own: what says the same twice hides behind itself.</summary>
    public ImmutableArray<ColumnGroup> Groups { get; init; } = [];
}

/// <summary>Columns that are permuted together.</summary>
public sealed record ColumnGroup
{
    /// <summary>What they are called together.</summary>
    [Required]
    public required string Name { get; init; }

    /// <summary>The columns.</summary>
    public required ImmutableArray<string> Columns { get; init; }
}

/// <summary>How a <see cref="PartialDependence"/> is computed; it costs columns × points × rows answers.</summary>
public sealed record DependenceSettings
{
    /// <summary>Rows that answers are averaged over; where there are more, as many are drawn.</summary>
    [Range(1, 10_000_000)]
    public int Rows { get; init; } = 500;

    /// <summary>Values that a column is set to, at most: of numbers quantiles, of categories the most frequent.</summary>
    [Range(2, 10_000)]
    public int Points { get; init; } = 20;

    /// <summary>The quantile that a grid of numbers begins at, and by which it ends before the greatest; 0: it spans them all.</summary>
    [Range(0.0, 0.49)]
    public double Tail { get; init; } = 0.02;

    /// <summary>Rows whose own lines are kept (individual conditional expectations).</summary>
    [Range(0, 10_000)]
    public int Lines { get; init; } = 25;

    /// <summary>Columns at most: the most important ones.</summary>
    [Range(0, 10_000)]
    public int Columns { get; init; } = 10;
}

/// <summary>How an <see cref="Attribution"/> is computed.</summary>
public sealed record AttributionSettings
{
    /// <summary>Rows whose answers are attributed, at most; of several classes as many times fewer.</summary>
    [Range(1, 10_000_000)]
    public int Rows { get; init; } = 1000;

    /// <summary>Single contributions that are kept for a drawing, at most, all columns and classes together.</summary>
    [Range(0, 1_000_000)]
    public int Points { get; init; } = 2000;

    /// <summary>Columns whose single contributions are kept, at most.</summary>
    [Range(1, 10_000)]
    public int Columns { get; init; } = 20;

    /// <summary>Where the paths of gradients, and the contributions of linear models, begin.</summary>
    public AttributionBaseline Baseline { get; init; } = AttributionBaseline.Means;

    /// <summary>Gradients on the way from the baseline to a row.</summary>
    [Range(2, 4096)]
    public int Steps { get; init; } = 64;

    /// <summary>Gradients at most: rows whose contributions do not sum up are gone to again in twice as many steps, until these.</summary>
    [Range(2, 4096)]
    public int MostSteps { get; init; } = 1024;

    /// <summary>
    /// How far the contributions of integrated gradients may sum to something else than the network's answer less that at the baseline: as a
    /// share of this difference, where it is above 1, else by itself. Of a regression in deviations of the learned values.
    /// </summary>
    [Range(1e-6, 1.0)]
    public double Tolerance { get; init; } = 0.01;
}

/// <summary>Where the paths of gradients begin, in prepared features.</summary>
public enum AttributionBaseline
{
    /// <summary>The reference rows' means; of a category the mean of its vectors.</summary>
    Means,

    /// <summary>0, which is the training rows' mean of what was standardized; of a category the vector 0.</summary>
    Zeros,
}
