using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Kiln.Learning.Gates;

/// <summary>What a model was found to be by the criteria. It lets nothing pass by itself: <see cref="GateDecision"/> does.</summary>
public sealed record GateReport
{
    /// <summary>The candidate.</summary>
    public required string Candidate { get; init; }

    /// <summary>By what the intervals came about, in words: confidence, draws, what was drawn, seed.</summary>
    public required string Intervals { get; init; }

    /// <summary>What each criterion found, in the settings' order.</summary>
    public required ImmutableArray<CriterionResult> Criteria { get; init; }
}

/// <summary>What one criterion found.</summary>
public sealed record CriterionResult
{
    /// <summary>The criterion.</summary>
    public required string Name { get; init; }

    /// <summary>The figure, in words: a metric, a fairness measure, a cost.</summary>
    public required string Figure { get; init; }

    /// <summary>What was found of each slice; of one without slices, of the rows as a whole.</summary>
    public required ImmutableArray<Verdict> Verdicts { get; init; }

    /// <summary>The verdict that decides: all slices have to pass.</summary>
    [JsonIgnore]
    public Verdict Deciding => Verdict.Deciding(Verdicts);

    /// <summary>Why, with the slice that decides where there are several.</summary>
    [JsonIgnore]
    public string Reason => Verdicts.Length == 1 ? Deciding.Reason : $"{Deciding.Gate}: {Deciding.Reason}{(Alike > 0 ? $" And so {Alike} more of {Verdicts.Length} slices." : "")}";

    /// <summary>Other slices with a verdict like the one that decides, where that is not to pass.</summary>
    int Alike => Deciding is Verdict.Pass ? 0 : Verdicts.Count(verdict => verdict.Word == Deciding.Word) - 1;
}
