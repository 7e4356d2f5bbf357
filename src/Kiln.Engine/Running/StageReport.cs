using Kiln.Caching;
using Kiln.Fingerprinting;
using Kiln.Planning;

namespace Kiln.Running;

/// <summary>How one stage fared: what the closing table shows and the ledger keeps.</summary>
sealed record StageReport(PlannedStage Node, Outcome Outcome, string Why)
{
    public DateTimeOffset Started { get; init; }

    public TimeSpan Time { get; init; }

    /// <summary>How often its body was begun.</summary>
    public int Attempts { get; init; } = 1;

    /// <summary>What it took of the machine; null where its body did not run to the end.</summary>
    public StageUsage? Usage { get; init; }

    /// <summary>Null where the stage was never looked at.</summary>
    public Manifest? Manifest { get; init; }

    /// <summary>The result behind its outputs; null where there is none, and for what is as the last run left it until someone asks.</summary>
    public StageResult? Result { get; init; }

    /// <summary>What is to be done in place of what turned out to be impossible; the stage has not settled then.</summary>
    public Decision? Instead { get; init; }
}
