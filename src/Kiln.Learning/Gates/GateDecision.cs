using System.Collections.Immutable;

namespace Kiln.Learning.Gates;

/// <summary>Whether a model passed, and by what.</summary>
public sealed record GateDecision
{
    /// <summary>The candidate.</summary>
    public required string Candidate { get; init; }

    /// <summary>Whether every criterion let it pass.</summary>
    public required bool IsPassed { get; init; }

    /// <summary>The criteria that it was held to.</summary>
    public required ImmutableArray<string> Criteria { get; init; }

    /// <summary>The criteria that did not let it pass, with their reasons.</summary>
    public required ImmutableArray<Refusal> Refusals { get; init; }

    /// <summary>What an inconclusive verdict came to.</summary>
    public required InconclusiveMeans Inconclusive { get; init; }

    /// <summary>Who let it pass all the same, and why; null where nobody had to.</summary>
    public required GateOverride? Override { get; init; }

    /// <summary>The override that was given though every criterion let it pass; null where none was.</summary>
    public GateOverride? UnneededOverride { get; init; }

    /// <summary>What a report comes to.</summary>
    public static GateDecision Of(GateReport report, GateRules rules)
    {
        ImmutableArray<Refusal> refusals =
        [
            .. from result in report.Criteria
               let verdict = result.Deciding
               where verdict is Verdict.Fail || (verdict is Verdict.Inconclusive && rules.Inconclusive == InconclusiveMeans.Fail)
               select new Refusal(result.Name, verdict.Word, result.Reason),
        ];
        return new()
        {
            Candidate = report.Candidate,
            IsPassed = refusals.IsEmpty,
            Criteria = [.. report.Criteria.Select(result => result.Name)],
            Refusals = refusals,
            Inconclusive = rules.Inconclusive,
            Override = refusals.IsEmpty ? null : rules.Override,
            UnneededOverride = refusals.IsEmpty ? rules.Override : null,
        };
    }
}

/// <summary>A criterion that did not let a model pass.</summary>
/// <param name="Criterion">Its name.</param>
/// <param name="Verdict">The verdict's word.</param>
/// <param name="Reason">Why.</param>
public sealed record Refusal(string Criterion, string Verdict, string Reason);

/// <summary>How a report becomes a decision.</summary>
/// <param name="Inconclusive">What an inconclusive verdict comes to.</param>
/// <param name="Override">Who lets a refused model pass, and why; null for nobody.</param>
public sealed record GateRules(InconclusiveMeans Inconclusive, GateOverride? Override);
