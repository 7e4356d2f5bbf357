using System.Collections.Immutable;

namespace Kiln.Learning.Leakage;

/// <summary>Ways in which test rows, or the label, may be known to a model that should not know them.</summary>
public enum LeakageCheck
{
    /// <summary>Test rows that equal a training row, with their label.</summary>
    DuplicateRows,

    /// <summary>Test rows whose features equal those of a training row.</summary>
    DuplicateFeatures,

    /// <summary>Features that tell the label by themselves.</summary>
    TellingFeatures,

    /// <summary>Entities with rows on both sides.</summary>
    SharedEntities,

    /// <summary>Features that were known after their label.</summary>
    LateFeatures,

    /// <summary>Test rows that are not later than all training rows.</summary>
    TimeOverlap,
}

/// <summary>What a check comes to.</summary>
public enum LeakageOutcome
{
    /// <summary>Nothing beyond what the settings allow.</summary>
    Clean,

    /// <summary>More than the settings allow: somebody has to look.</summary>
    Suspicious,

    /// <summary>There is nothing that could be checked.</summary>
    NotApplicable,
}

/// <summary>What one check found.</summary>
public sealed record LeakageFinding
{
    /// <summary>Examples at most.</summary>
    internal const int MostExamples = 5;

    /// <summary>The check.</summary>
    public required LeakageCheck Check { get; init; }

    /// <summary>The columns that it looked at, where it is about some.</summary>
    public ImmutableArray<string> Columns { get; init; } = [];

    /// <summary>What it came to.</summary>
    public required LeakageOutcome Outcome { get; init; }

    /// <summary>How many rows, features or entities it found, whether allowed or not.</summary>
    public long Count { get; init; }

    /// <summary>Of how many.</summary>
    public long Of { get; init; }

    /// <summary>Some of them, five at most: rows by their number from 0, entities by their keys, features by their names.</summary>
    public ImmutableArray<string> Examples { get; init; } = [];

    /// <summary>What was found, in a sentence.</summary>
    public required string Found { get; init; }

    /// <summary>What to do about it; empty where there is nothing.</summary>
    public string Next { get; init; } = "";

    internal static LeakageFinding NotApplicable(LeakageCheck check, string why, params ImmutableArray<string> columns) =>
        new() { Check = check, Outcome = LeakageOutcome.NotApplicable, Found = why, Columns = columns };
}
