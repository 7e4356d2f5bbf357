using System.Collections.Immutable;

namespace Kiln.Learning.Reporting;

/// <summary>Where a model comes from: enough to make it again.</summary>
public sealed record Provenance
{
    /// <summary>The run's identity in the ledger.</summary>
    public required string Run { get; init; }

    /// <summary>Full git commit, or a sentence saying why there is none.</summary>
    public required string Commit { get; init; }

    /// <summary>Git branch; empty where there is none.</summary>
    public required string Branch { get; init; }

    /// <summary>Whether the working tree differed from the commit.</summary>
    public required bool Dirty { get; init; }

    /// <summary>Hash of the difference from the commit; empty where there is none.</summary>
    public required string PatchHash { get; init; }

    /// <summary>Each stage's fingerprint, in the order of the run.</summary>
    public required ImmutableArray<Fact> Fingerprints { get; init; }

    /// <summary>Content hash of each input the run read.</summary>
    public required ImmutableArray<Fact> Inputs { get; init; }

    /// <summary>SDK, operating system, processor, libraries and their versions.</summary>
    public required ImmutableArray<Fact> Environment { get; init; }

    /// <summary>The seeds of everything that draws at random.</summary>
    public required ImmutableArray<Fact> Seeds { get; init; }

    /// <summary>The command that makes the same model again.</summary>
    public required string Reproduce { get; init; }
}
