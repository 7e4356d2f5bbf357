using System.Text.Json.Serialization;

namespace Kiln.Learning.Gates;

/// <summary>What a gate says: a closed set. Plain data, as JSON for pages and reports.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "verdict")]
[JsonDerivedType(typeof(Pass), "pass")]
[JsonDerivedType(typeof(Fail), "fail")]
[JsonDerivedType(typeof(Inconclusive), "inconclusive")]
public abstract record Verdict
{
    /// <summary>What was judged, such as "AUC ROC" or "AUC ROC of region North".</summary>
    public required string Gate { get; init; }

    /// <summary>The reason in a sentence or two.</summary>
    public required string Reason { get; init; }

    /// <summary>What the reason rests on.</summary>
    public required Evidence Evidence { get; init; }

    /// <summary>The word for tables.</summary>
    [JsonIgnore]
    public string Word => this switch
    {
        Pass => "pass",
        Fail => "fail",
        _ => "inconclusive",
    };

    /// <summary>The one of several that decides what all come to: the first failure; without one, the first that is inconclusive; else the pass that is nearest to its limit.</summary>
    /// <param name="verdicts">At least one.</param>
    public static Verdict Deciding(IEnumerable<Verdict> verdicts) => verdicts.MinBy(verdict => verdict switch { Fail => (0, 0.0), Inconclusive => (1, 0), _ => (2, verdict.Evidence.Distance) })
        ?? throw new ArgumentException("no verdict is no pass", nameof(verdicts));

    /// <summary>The rows show that the requirement is met.</summary>
    public sealed record Pass : Verdict;

    /// <summary>The rows show that the requirement is not met.</summary>
    public sealed record Fail : Verdict;

    /// <summary>The rows show neither.</summary>
    public sealed record Inconclusive : Verdict;
}

/// <summary>The facts behind a verdict. What is undefined is null.</summary>
public sealed record Evidence
{
    /// <summary>What was required, in words.</summary>
    public required string Requirement { get; init; }

    /// <summary>The limit of the figure, or of the difference.</summary>
    public required double Limit { get; init; }

    /// <summary>The figure, or the difference, of the rows.</summary>
    public required double? Estimate { get; init; }

    /// <summary>The interval's lower end.</summary>
    public required double? Lower { get; init; }

    /// <summary>The interval's upper end.</summary>
    public required double? Upper { get; init; }

    /// <summary>The interval's confidence.</summary>
    public required double Confidence { get; init; }

    /// <summary>Rows.</summary>
    public required int Rows { get; init; }

    /// <summary>Positives among them; null where there are no classes.</summary>
    public required int? Positives { get; init; }

    /// <summary>Units that were drawn: rows, or clusters of them.</summary>
    public required int Units { get; init; }

    /// <summary>Resamples that were drawn.</summary>
    public required int Resamples { get; init; }

    /// <summary>Resamples of them without a value.</summary>
    public required int UndefinedResamples { get; init; }

    /// <summary>What the resamples were drawn by.</summary>
    public required int Seed { get; init; }

    /// <summary>How far the interval lies from the limit; 0 where there is none.</summary>
    [JsonIgnore]
    internal double Distance => Math.Min(Math.Abs((Lower ?? Limit) - Limit), Math.Abs((Upper ?? Limit) - Limit));

    /// <summary>The p-value of the claim that the requirement is not met, where several were judged together.</summary>
    public double? PValue { get; init; }

    /// <summary>The same after Holm's correction over all tests that were made.</summary>
    public double? AdjustedPValue { get; init; }

    /// <summary>How many tests were made together.</summary>
    public int? Tests { get; init; }
}
