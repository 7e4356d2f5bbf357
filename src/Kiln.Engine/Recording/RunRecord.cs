using System.Collections.Immutable;
using Kiln.Reporting;

namespace Kiln.Recording;

/// <summary>A run as the ledger keeps it.</summary>
public sealed record RunRecord
{
    /// <summary>Its id, such as <c>20261128-142530-1a2b</c>: ids sort by when runs began.</summary>
    public required string Id { get; init; }

    /// <summary>The pipeline's name.</summary>
    public required string Pipeline { get; init; }

    /// <summary>What was asked for, by name.</summary>
    public required string Targets { get; init; }

    /// <summary>The arguments, as one text.</summary>
    public required string CommandLine { get; init; }

    /// <summary>When it began.</summary>
    public required DateTimeOffset Started { get; init; }

    /// <summary>How long it took; 0 while it runs, and for ever where it was killed.</summary>
    public double Seconds { get; init; }

    /// <summary>Null while it runs, and for ever where it was killed.</summary>
    public ExitCode? ExitCode { get; init; }

    /// <summary>How many stages it ran at once at most.</summary>
    public int Jobs { get; init; }

    /// <summary>The most memory the process held, in bytes.</summary>
    public long PeakMemory { get; init; }

    /// <summary>The state of the repository, or null outside one.</summary>
    public GitSnapshot? Git { get; init; }

    /// <summary>Versions and hardware by name.</summary>
    public ImmutableSortedDictionary<string, string> Environment { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>The settings of the pipeline by key: numbers and names as they are, texts and lists in JSON, and <c>null</c>.</summary>
    public ImmutableSortedDictionary<string, string> Settings { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>How it ended, in words: done, a gate said no, interrupted, unfinished, …</summary>
    public string Ended => RunWords.Ended(ExitCode);
}
