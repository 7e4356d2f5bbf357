namespace Kiln.XGBoost;

/// <summary>How splits are found.</summary>
public enum TreeMethod
{
    /// <summary>By histograms of bins that are made once; on a GPU with device cuda.</summary>
    Hist,

    /// <summary>By histograms of bins that are made again each round, weighted by the second derivatives.</summary>
    Approx,

    /// <summary>By trying every value; without categories, and growing level by level.</summary>
    Exact,
}

/// <summary>Which node is split next.</summary>
public enum GrowPolicy
{
    /// <summary>The one nearest to the root.</summary>
    DepthWise,

    /// <summary>The one whose split lowers the loss most.</summary>
    LossGuide,
}

/// <summary>
/// What a training is made by; the defaults are XGBoost's own, but for the threads. Null leaves a setting to the library.
/// </summary>
public sealed record BoosterSettings
{
    /// <summary>What is minimized, by the library's name: <c>binary:logistic</c>, <c>multi:softprob</c>, <c>reg:squarederror</c>, <c>rank:ndcg</c>, …</summary>
    public string Objective { get; init; } = "binary:logistic";

    /// <summary>How many classes; for <c>multi:</c> objectives only.</summary>
    public int Classes { get; init; }

    /// <summary>What is measured each round, by the library's names, <c>auc</c> or <c>error@0.7</c>; the objective's own when empty.</summary>
    public IReadOnlyList<string> Metrics { get; init; } = [];

    /// <summary>How many rounds at most; each adds a tree, or one a class, times <see cref="ParallelTrees"/>.</summary>
    public int Rounds { get; init; } = 100;

    /// <summary>By how much each tree's leaves are shrunk; above 0.</summary>
    public double LearningRate { get; init; } = 0.3;

    /// <summary>How deep a tree grows; 0: without a limit, given <see cref="MaxLeaves"/>.</summary>
    public int MaxDepth { get; init; } = 6;

    /// <summary>How many leaves a tree has at most; 0: without a limit.</summary>
    public int MaxLeaves { get; init; }

    /// <summary>The least sum of second derivatives in a leaf.</summary>
    public double MinChildWeight { get; init; } = 1;

    /// <summary>The least gain of a split.</summary>
    public double Gamma { get; init; }

    /// <summary>The part of the rows each tree sees; above 0, at most 1.</summary>
    public double Subsample { get; init; } = 1;

    /// <summary>The part of the columns each tree sees.</summary>
    public double ColumnsByTree { get; init; } = 1;

    /// <summary>The part of those that each level sees.</summary>
    public double ColumnsByLevel { get; init; } = 1;

    /// <summary>The part of those that each split sees.</summary>
    public double ColumnsByNode { get; init; } = 1;

    /// <summary>How strongly the squares of the leaves' values are penalized (L2).</summary>
    public double Lambda { get; init; } = 1;

    /// <summary>How strongly the leaves' absolute values are penalized (L1).</summary>
    public double Alpha { get; init; }

    /// <summary>How many bins a column is cut into; for histograms.</summary>
    public int MaxBins { get; init; } = 256;

    /// <summary>How splits are found.</summary>
    public TreeMethod TreeMethod { get; init; } = TreeMethod.Hist;

    /// <summary>Which node is split next.</summary>
    public GrowPolicy GrowPolicy { get; init; } = GrowPolicy.DepthWise;

    /// <summary>How much rows with label 1 count; for binary objectives.</summary>
    public double ScalePositiveWeight { get; init; } = 1;

    /// <summary>How far a leaf's value may be from zero; 0: the objective's own limit.</summary>
    public double MaxDeltaStep { get; init; }

    /// <summary>How many trees a round and class grows, as a forest.</summary>
    public int ParallelTrees { get; init; } = 1;

    /// <summary>For each column 1 (scores never fall as it grows), -1 (never rise) or 0; empty: none.</summary>
    public IReadOnlyList<int> MonotoneConstraints { get; init; } = [];

    /// <summary>Sets of columns, by number, that may stand on one path of a tree; empty: all.</summary>
    public IReadOnlyList<IReadOnlyList<int>> InteractionConstraints { get; init; } = [];

    /// <summary>Columns with fewer categories than this are split one category against the rest.</summary>
    public int? MaxCategoriesToOneHot { get; init; }

    /// <summary>How many categories a set on one side of a split holds at most.</summary>
    public int? MaxCategoriesInSplit { get; init; }

    /// <summary>The score all rows start from, as the objective gives it (a probability for logistic ones).</summary>
    public double? BaseScore { get; init; }

    /// <summary>What rows and columns are drawn by.</summary>
    public int Seed { get; init; }

    /// <summary>
    /// Seeds each round by itself, from <see cref="Seed"/> and the round's number, so that a training that samples can be gone on with from a
    /// checkpoint to the same bits. It draws other samples than the library's running generator does.
    /// </summary>
    public bool SeedEachRound { get; init; }

    /// <summary>How many threads the library uses, in training and scoring.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>Where training runs: <c>cpu</c>, <c>cuda</c>, <c>cuda:1</c>.</summary>
    public string Device { get; init; } = "cpu";

    /// <summary>Whether rows or columns are drawn at random.</summary>
    internal bool Samples => Subsample < 1 || ColumnsByTree < 1 || ColumnsByLevel < 1 || ColumnsByNode < 1;

    internal bool IsBinary => Objective.StartsWith("binary:", StringComparison.Ordinal);

    internal bool IsMultiClass => Objective.StartsWith("multi:", StringComparison.Ordinal);
}
