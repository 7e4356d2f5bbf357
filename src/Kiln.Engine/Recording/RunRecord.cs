using System.Collections.Immutable;

namespace Kiln.Recording;

/// <summary>A run as the ledger keeps it.</summary>
sealed record RunRecord
{
    public required string Id { get; init; }

    public required string Pipeline { get; init; }

    public required string Targets { get; init; }

    public required string CommandLine { get; init; }

    public required DateTimeOffset Started { get; init; }

    public double Seconds { get; init; }

    /// <summary>Null while it runs, and for ever where it was killed.</summary>
    public ExitCode? ExitCode { get; init; }

    /// <summary>How many stages it ran at once at most.</summary>
    public int Jobs { get; init; }

    /// <summary>The most memory the process held, in bytes.</summary>
    public long PeakMemory { get; init; }

    public GitSnapshot? Git { get; init; }

    public ImmutableSortedDictionary<string, string> Environment { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    public ImmutableSortedDictionary<string, string> Settings { get; init; } = ImmutableSortedDictionary<string, string>.Empty;
}
