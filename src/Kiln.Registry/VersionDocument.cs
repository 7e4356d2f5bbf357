using System.Collections.Immutable;
using Kiln.Learning.Gates;
using Kiln.Learning.Models;
using Kiln.Learning.Preparing;

namespace Kiln.Registry;

/// <summary>All that is kept of a version beside its files. Its hash is in the history, so it cannot be changed unnoticed either.</summary>
public sealed record VersionDocument
{
    /// <summary>The model.</summary>
    public required string Model { get; init; }

    /// <summary>The pipeline that made it.</summary>
    public required string Pipeline { get; init; }

    /// <summary>The run that registered it.</summary>
    public required string Run { get; init; }

    /// <summary>The commit; empty outside a repository.</summary>
    public required string Commit { get; init; }

    /// <summary>Whether the tree differed from the commit.</summary>
    public required bool IsDirty { get; init; }

    /// <summary>The SHA-256 of what differed; empty where nothing did.</summary>
    public required string Patch { get; init; }

    /// <summary>The files that differed, paths from the repository's root.</summary>
    public ImmutableArray<string> Differing { get; init; } = [];

    /// <summary>What <c>--set</c> gave.</summary>
    public required ImmutableArray<string> Overrides { get; init; }

    /// <summary>Versions and hardware.</summary>
    public required ImmutableSortedDictionary<string, string> Environment { get; init; }

    /// <summary>The figures on the test rows.</summary>
    public required ImmutableSortedDictionary<string, double> Metrics { get; init; }

    /// <summary>What each of the gate's criteria found.</summary>
    public GateReport? Verdicts { get; init; }

    /// <summary>What the gate decided.</summary>
    public required GateDecision Gate { get; init; }

    /// <summary>The columns that the model reads.</summary>
    public required ImmutableArray<InputColumn> Inputs { get; init; }

    /// <summary>What it answers.</summary>
    public required Target Target { get; init; }

    /// <summary>The SHA-256 of the model's folder: a tree over its files.</summary>
    public required string Folder { get; init; }

    /// <summary>Where the pipeline writes the model's folder.</summary>
    public required string ModelPath { get; init; }

    /// <summary>The version's files with their SHA-256: <c>model/…</c>, the card, the sample and its answers.</summary>
    public required ImmutableSortedDictionary<string, string> Files { get; init; }

    /// <summary>The stages that made it, each after its needs.</summary>
    public required ImmutableArray<MadeStage> Stages { get; init; }
}

/// <summary>A stage that a version was made by.</summary>
/// <param name="Name">The full name, with the partition's key.</param>
/// <param name="Group">The name without the key.</param>
/// <param name="Needs">The stages it needs.</param>
/// <param name="Fingerprint">The hash of everything it was made from.</param>
/// <param name="Run">The run that made it.</param>
/// <param name="Commit">The commit that run stood on, with + where the tree was dirty.</param>
/// <param name="Started">When its body ran.</param>
/// <param name="Seconds">How long it ran.</param>
/// <param name="Settings">The settings that it depends on.</param>
/// <param name="Code">The code that it can reach, with hashes.</param>
/// <param name="Inputs">The files that it read, with their SHA-256.</param>
/// <param name="Outputs">The files that it wrote, with their SHA-256.</param>
public sealed record MadeStage(
    string Name, string Group, ImmutableArray<string> Needs, string Fingerprint, string Run, string Commit, DateTimeOffset Started, double Seconds, ImmutableSortedDictionary<string, string> Settings,
    ImmutableSortedDictionary<string, string> Code, ImmutableSortedDictionary<string, string> Inputs, ImmutableSortedDictionary<string, string> Outputs)
{
    /// <summary>The outputs that need not be the same when they are made again.</summary>
    public ImmutableArray<string> Varying { get; init; } = [];

    /// <summary>Whether it may use the network.</summary>
    public bool UsesNetwork { get; init; }

    /// <summary>The files that it read: what stands behind the name of the input is the path.</summary>
    internal IEnumerable<(string Path, string Hash)> Read => Inputs.Select(input => (input.Key[(input.Key.IndexOf(' ') + 1)..], input.Value));
}
