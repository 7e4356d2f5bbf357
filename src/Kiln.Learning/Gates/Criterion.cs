using System.Collections.Immutable;
using System.ComponentModel.DataAnnotations;
using Kiln.Learning.Evaluating;
using Kiln.Learning.Fairness;
using Kiln.Learning.Fitting;
using Kiln.Learning.Models;
using Kiln.Learning.Slicing;

namespace Kiln.Learning.Gates;

/// <summary>
/// One thing that is asked of a model: a figure of its answers, of its fairness between groups, or of what it costs; and a limit, or another
/// model to be held against.
/// </summary>
public sealed record Criterion : IValidatableObject
{
    /// <summary>The model that is to be replaced, as criteria name it.</summary>
    public const string Champion = "champion";

    /// <summary>What it is called, on the terminal and on pages.</summary>
    [RegularExpression("[A-Za-z0-9][A-Za-z0-9 -]{0,79}")]
    public required string Name { get; init; }

    /// <summary>The metric, by its name: AUC ROC, precision@100, RMSE.</summary>
    public string? Metric { get; init; }

    /// <summary>How differently groups are treated; <see cref="Groups"/> tells them.</summary>
    public FairnessMeasure? Fairness { get; init; }

    /// <summary>The groups of <see cref="Fairness"/>.</summary>
    public FairnessSettings? Groups { get; init; }

    /// <summary>What the model may cost.</summary>
    public Budget? Budget { get; init; }

    /// <summary>The least it may be.</summary>
    public double? AtLeast { get; init; }

    /// <summary>The most it may be.</summary>
    public double? AtMost { get; init; }

    /// <summary>Another model, which it may not be worse than by more than <see cref="Margin"/>: champion, or a candidate's name.</summary>
    public string? NoWorseThan { get; init; }

    /// <summary>Another model, which it has to be better than: champion, or a candidate's name.</summary>
    public string? BetterThan { get; init; }

    /// <summary>By how much it may be worse, in the metric's own unit.</summary>
    [Range(0.0, double.MaxValue)]
    public double Margin { get; init; }

    /// <summary>Parts of the rows, each of which has to reach the limit; none: the rows as a whole.</summary>
    public ImmutableArray<SliceSettings> Slices { get; init; } = [];

    /// <summary>The other model, where it is held against one.</summary>
    internal string? Other => NoWorseThan ?? BetterThan;

    /// <summary>The figure, in words.</summary>
    internal string Figure => this switch
    {
        { Metric: { } metric } => metric,
        { Budget: Gates.Budget.ModelMebibytes } => "size in MiB",
        { Budget: Gates.Budget.RowMicroseconds } => "time a row in µs",
        { Fairness: { } fairness } => $"{Words(fairness)} by {Groups?.Column}",
        _ => Name,
    };

    /// <summary>Refuses what these answers do not have, a limit that no model reaches or none misses, and a model that there is not, or that is the judged one itself.</summary>
    /// <param name="judged">What is held to it.</param>
    /// <param name="candidates">Models that it may name.</param>
    /// <param name="placeOf">Where one of its keys was written.</param>
    /// <exception cref="KilnException">It asks for such a thing.</exception>
    internal void Check(AssessedModel judged, IReadOnlyCollection<string> candidates, Func<string, string> placeOf)
    {
        var task = judged.Problem.Target.Task;
        var metric = Metric is null ? null : Evaluating.Metric.Parse(Metric, placeOf("metric"));
        if (metric?.AppliesTo(task) == false) throw GateErrors.NotForTask(placeOf("metric"), Name, metric.Name, task);
        if (Fairness is not null && task != LearningTask.Binary) throw GateErrors.NotForTask(placeOf("fairness"), Name, Figure, task);
        if (metric is not null) judged.Problem.Accept(metric, placeOf("metric"), Name);
        var range = metric?.RangeOf(task) ?? (Budget is null ? new MetricRange(0, 1) : MetricRange.Errors);
        if (AtLeast is { } least && !range.Holds(least)) throw GateErrors.OutOfRange(placeOf("atLeast"), Name, Figure, range, Requirement.AtLeast(least).Words);
        if (AtMost is { } most && !range.Holds(most)) throw GateErrors.OutOfRange(placeOf("atMost"), Name, Figure, range, Requirement.AtMost(most).Words);
        if (Margin > 0 && Margin >= range.Width) throw GateErrors.OutOfRange(placeOf("margin"), Name, Figure, range, $"worse by {Margin:0.######} at most");
        if (Other is not { } other || other == Champion) return;
        var place = placeOf(NoWorseThan is null ? "betterThan" : "noWorseThan");
        if (!candidates.Contains(other)) throw GateErrors.NoSuchModel(place, Name, other, candidates);
        if (other == judged.Candidate) throw GateErrors.AgainstItself(place, Name, other);
    }

    IEnumerable<ValidationResult> IValidatableObject.Validate(ValidationContext validationContext)
    {
        foreach (var wrong in OneOf.Check("a criterion is of one figure", ("metric", Metric), ("fairness", Fairness), ("budget", Budget))) yield return wrong;
        foreach (var wrong in OneOf.Check("a criterion has one limit", ("atLeast", AtLeast), ("atMost", AtMost), ("noWorseThan", NoWorseThan), ("betterThan", BetterThan))) yield return wrong;
        if (Fairness is not null != Groups is not null) yield return new("fairness and groups go together");
        if (Metric is null && !Slices.IsDefaultOrEmpty) yield return new("slices go with a metric");
        if (Margin > 0 && NoWorseThan is null) yield return new("margin goes with noWorseThan");
        if (Metric is null && (IsRatio(Fairness) ? AtLeast : AtMost) is null) yield return new($"{Figure} is held by {(IsRatio(Fairness) ? "atLeast" : "atMost")}, and by nothing else");
    }

    /// <summary>Whether a measure of fairness is a ratio, which is 1 at best; a difference is 0 at best.</summary>
    internal static bool IsRatio(FairnessMeasure? measure) => measure is FairnessMeasure.DemographicParityRatio or FairnessMeasure.EqualOpportunityRatio or FairnessMeasure.EqualizedOddsRatio;

    /// <summary>A measure of fairness in words.</summary>
    internal static string Words(FairnessMeasure measure) => measure switch
    {
        FairnessMeasure.DemographicParityDifference => "demographic parity difference",
        FairnessMeasure.DemographicParityRatio => "demographic parity ratio",
        FairnessMeasure.EqualOpportunityDifference => "equal opportunity difference",
        FairnessMeasure.EqualOpportunityRatio => "equal opportunity ratio",
        FairnessMeasure.EqualizedOddsDifference => "equalized odds difference",
        _ => "equalized odds ratio",
    };
}

/// <summary>What a model costs.</summary>
public enum Budget
{
    /// <summary>Its folder's size, in MiB.</summary>
    ModelMebibytes,

    /// <summary>The median time to answer one row, in microseconds, on the machine that judges.</summary>
    RowMicroseconds,
}
