using System.Collections.Immutable;

namespace Kiln;

/// <summary>Where a run stands: who made its artifacts, from what code, on what machine.</summary>
public sealed record RunFacts
{
    /// <summary>The run's id in the ledger.</summary>
    public required string Run { get; init; }

    /// <summary>The pipeline's name.</summary>
    public required string Pipeline { get; init; }

    /// <summary>What <c>--set</c> gave.</summary>
    public required ImmutableArray<string> Overrides { get; init; }

    /// <summary>The state of the git repository, or null outside one.</summary>
    public required GitSnapshot? Git { get; init; }

    /// <summary>Versions and hardware by name.</summary>
    public required ImmutableSortedDictionary<string, string> Environment { get; init; }

    /// <summary>The stages upstream of the one that asks, each after its needs.</summary>
    public required ImmutableArray<StageRecord> Upstream { get; init; }
}

/// <summary>How a stage's present outputs came to be.</summary>
public sealed record StageRecord
{
    /// <summary>The full name, with the partition's key.</summary>
    public required string Name { get; init; }

    /// <summary>The name without the key.</summary>
    public required string Group { get; init; }

    /// <summary>How it fared in this run.</summary>
    public required Outcome Outcome { get; init; }

    /// <summary>Why it ran, or why not.</summary>
    public required string Why { get; init; }

    /// <summary>The names of the stages it needs.</summary>
    public required ImmutableArray<string> Needs { get; init; }

    /// <summary>The hash of everything it was made from; empty for a task.</summary>
    public required string Fingerprint { get; init; }

    /// <summary>When its body ran (in whichever run that was).</summary>
    public required DateTimeOffset Started { get; init; }

    /// <summary>How long its body ran, in seconds.</summary>
    public required double Seconds { get; init; }

    /// <summary>The run that made it, which may be an earlier one.</summary>
    public required string Run { get; init; }

    /// <summary>The commit that run stood on, with + where the tree was dirty.</summary>
    public required string Commit { get; init; }

    /// <summary>The settings it depends on.</summary>
    public required ImmutableArray<(string Key, string Value)> Settings { get; init; }

    /// <summary>The code that it can reach, part by part, with hashes.</summary>
    public ImmutableArray<(string Part, string Hash)> Code { get; init; } = [];

    /// <summary>The files it read, with their SHA-256.</summary>
    public required ImmutableArray<(string Path, string Hash)> Inputs { get; init; }

    /// <summary>The files it wrote, with their SHA-256.</summary>
    public required ImmutableArray<(string Path, string Hash)> Outputs { get; init; }

    /// <summary>Those of them that need not be the same when they are made again: they tell of the run, or their stage says that it is not deterministic.</summary>
    public ImmutableArray<string> Varying { get; init; } = [];

    /// <summary>Whether it may use the network.</summary>
    public bool UsesNetwork { get; init; }
}
