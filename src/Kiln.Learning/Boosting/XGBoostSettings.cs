using System.Collections.Immutable;
using System.ComponentModel.DataAnnotations;
using Kiln.Learning.Evaluating;
using Kiln.Learning.Models;
using Kiln.Learning.Preparing;
using Kiln.XGBoost;
using Measure = Kiln.Learning.Evaluating.Measure;

namespace Kiln.Learning.Boosting;

/// <summary>Boosted trees by XGBoost; the names are the library's, and so are the defaults, but for the threads.</summary>
public sealed record XGBoostSettings : IValidatableObject
{
    /// <summary>Rounds, at most.</summary>
    [Range(1, 1_000_000)]
    public int Rounds { get; init; } = 100;

    /// <summary>By how much each tree's leaves are shrunk.</summary>
    [Range(1e-6, 10.0)]
    public double LearningRate { get; init; } = 0.3;

    /// <summary>How deep a tree grows; 0: without a limit, given <see cref="MaxLeaves"/>.</summary>
    [Range(0, 100)]
    public int MaxDepth { get; init; } = 6;

    /// <summary>How many leaves a tree has at most; 0: without a limit.</summary>
    [Range(0, 1 << 20)]
    public int MaxLeaves { get; init; }

    /// <summary>Which node is split next.</summary>
    public GrowPolicy GrowPolicy { get; init; } = GrowPolicy.DepthWise;

    /// <summary>The least sum of second derivatives in a leaf.</summary>
    [Range(0.0, 1e9)]
    public double MinChildWeight { get; init; } = 1;

    /// <summary>The least gain of a split.</summary>
    [Range(0.0, 1e9)]
    public double Gamma { get; init; }

    /// <summary>The part of the rows that each tree sees.</summary>
    [Range(1e-6, 1.0)]
    public double Subsample { get; init; } = 1;

    /// <summary>The part of the features that each tree sees.</summary>
    [Range(1e-6, 1.0)]
    public double ColsampleByTree { get; init; } = 1;

    /// <summary>The part of those that each level sees.</summary>
    [Range(1e-6, 1.0)]
    public double ColsampleByLevel { get; init; } = 1;

    /// <summary>The part of those that each split sees.</summary>
    [Range(1e-6, 1.0)]
    public double ColsampleByNode { get; init; } = 1;

    /// <summary>How strongly the squares of the leaves' values are penalized.</summary>
    [Range(0.0, 1e9)]
    public double Lambda { get; init; } = 1;

    /// <summary>How strongly the leaves' absolute values are penalized.</summary>
    [Range(0.0, 1e9)]
    public double Alpha { get; init; }

    /// <summary>How many bins a feature is cut into; what is decided by small differences needs many.</summary>
    [Range(2, 1 << 16)]
    public int MaxBins { get; init; } = 256;

    /// <summary>How splits are found.</summary>
    public TreeMethod TreeMethod { get; init; } = TreeMethod.Hist;

    /// <summary>How far a leaf's value may be from zero; 0: the objective's own limit.</summary>
    [Range(0.0, 1e9)]
    public double MaxDeltaStep { get; init; }

    /// <summary>How many trees a round and class grows, as a forest.</summary>
    [Range(1, 100_000)]
    public int ParallelTrees { get; init; } = 1;

    /// <summary>Features whose growth may not lower the answer.</summary>
    public ImmutableArray<string> Increasing { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary>Features whose growth may not raise the answer.</summary>
    public ImmutableArray<string> Decreasing { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary>Features with fewer categories than this are split one category against the rest.</summary>
    [Range(1, 1 << 20)]
    public int? MaxCategoriesToOneHot { get; init; }

    /// <summary>How many categories a set on one side of a split holds at most.</summary>
    [Range(1, 1 << 20)]
    public int? MaxCategoriesInSplit { get; init; }

    /// <summary>Whether classes count the same, however many rows they have.</summary>
    public bool BalanceClasses { get; init; }

    /// <summary>The library's objective, such as <c>count:poisson</c>; empty: the likelihood of the task.</summary>
    public string Objective { get; init; } = "";

    /// <summary>How many rounds without improvement on the validation rows end the training; 0 never ends it early, above 0 there have to be such rows.</summary>
    [Range(0, 1_000_000)]
    public int Patience { get; init; }

    /// <summary>What counts as improvement on the validation rows, which there have to be where it is not the loss; R² is not among what XGBoost measures.</summary>
    public Measure Monitor { get; init; } = Measure.Loss;

    /// <summary>What rows and features are drawn by.</summary>
    [Range(0, int.MaxValue)]
    public int Seed { get; init; }

    /// <summary>Threads the library uses.</summary>
    [Range(1, 1024)]
    public int Threads { get; init; } = 1;

    /// <summary>cpu, cuda or cuda:number; a GPU needs a build of XGBoost that has it (<c>KILN_XGBOOST</c>).</summary>
    [RegularExpression("cpu|cuda(:[0-9]+)?")]
    public string Device { get; init; } = "cpu";

    /// <summary>Seconds between checkpoints, 0 for one after every round; one is written after the last round in any case. It is as large as the trees so far.</summary>
    [Range(0, 1_000_000)]
    [NotFingerprinted]
    public int CheckpointSeconds { get; init; } = 10;

    /// <summary>What is set that does not go with what is learned; null for nothing.</summary>
    internal Misfit? MisfitTo(Target target) =>
        BalanceClasses && target.Task == LearningTask.Regression ? new("balanceClasses", "values have no classes")
        : !AnswersAs(target.Task) ? new("objective", $"{Objective} does not answer with what {target.Words} are answered with: {Objectives(target.Task)}")
        : Monitor == Measure.R2 ? new("monitor", "XGBoost does not measure R²")
        : Measures.Misfit(Monitor, target);

    /// <summary>What is set that does not go with the features; null for nothing.</summary>
    internal Misfit? MisfitTo(ImmutableArray<Feature> features)
    {
        string[] numbers = [.. features.Where(feature => feature.Kind == FeatureKind.Number).Select(feature => feature.Name)];
        return Unknown("increasing", Increasing) ?? Unknown("decreasing", Decreasing);

        Misfit? Unknown(string setting, ImmutableArray<string> names) =>
            names.FirstOrDefault(name => !numbers.Contains(name)) is { } name ? new(setting, $"{name} is not one of the numbers {string.Join(", ", numbers)}") : null;
    }

    bool AnswersAs(LearningTask task) => Objective.Length == 0 || task switch
    {
        LearningTask.Binary => Objective is "binary:logistic" or "binary:hinge" or "reg:logistic",
        LearningTask.MultiClass => Objective == "multi:softprob",
        _ => ValueObjective.Named(Objective) is not null,
    };

    static string Objectives(LearningTask task) => task switch
    {
        LearningTask.Binary => "a probability, by binary:logistic, binary:hinge or reg:logistic",
        LearningTask.MultiClass => "a probability for each class, by multi:softprob",
        _ => $"a value, by {string.Join(", ", ValueObjective.All.Select(objective => objective.Name))}",
    };

    IEnumerable<ValidationResult> IValidatableObject.Validate(ValidationContext validationContext)
    {
        if (MaxDepth == 0 && MaxLeaves == 0) yield return new("maxDepth is 0, without a limit, and so is maxLeaves: one of them has to limit the trees");
        if (TreeMethod == TreeMethod.Exact && (MaxLeaves > 0 || GrowPolicy != GrowPolicy.DepthWise)) yield return new("treeMethod exact grows level by level, without maxLeaves: take hist or approx");
        if (Device != "cpu" && TreeMethod != TreeMethod.Hist) yield return new($"device {Device}, a GPU, has treeMethod hist only");
        if (Increasing.FirstOrDefault(Decreasing.Contains) is { } both) yield return new($"{both} is both in increasing and in decreasing");
    }
}
