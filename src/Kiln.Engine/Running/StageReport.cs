using Kiln.Caching;
using Kiln.Fingerprinting;
using Kiln.Planning;

namespace Kiln.Running;

/// <summary>How one stage fared: what the closing table shows and the ledger keeps.</summary>
sealed record StageReport(PlannedStage Node, Outcome Outcome, string Why)
{
    public DateTimeOffset Started { get; init; }

    public TimeSpan Time { get; init; }

    /// <summary>Null where the stage was never looked at.</summary>
    public Manifest? Manifest { get; init; }

    /// <summary>The result behind its outputs; null where there is none, and for what was up to date until someone asks.</summary>
    public StageResult? Result { get; init; }
}
