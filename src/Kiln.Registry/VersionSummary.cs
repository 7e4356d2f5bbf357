using System.Collections.Immutable;

namespace Kiln.Registry;

/// <summary>A version as lists show it.</summary>
public sealed record VersionSummary
{
    /// <summary>The model.</summary>
    public required string Model { get; init; }

    /// <summary>The number, counted from 1 for each model.</summary>
    public required long Number { get; init; }

    /// <summary>Where it stands.</summary>
    public required ModelStage Stage { get; init; }

    /// <summary>The names it has.</summary>
    public required ImmutableArray<string> Aliases { get; init; }

    /// <summary>What its gate said.</summary>
    public required GateStanding Gate { get; init; }

    /// <summary>Whether it was built from a tree that no commit holds.</summary>
    public required bool IsDirty { get; init; }

    /// <summary>The commit; empty outside a repository.</summary>
    public required string Commit { get; init; }

    /// <summary>The run that registered it.</summary>
    public required string Run { get; init; }

    /// <summary>The figures on the test rows.</summary>
    public required ImmutableSortedDictionary<string, double> Metrics { get; init; }

    /// <summary>When it was registered.</summary>
    public required DateTimeOffset Registered { get; init; }

    /// <summary>Who registered it.</summary>
    public required string RegisteredBy { get; init; }

    /// <summary>The line of the history by which it came to stand where it does.</summary>
    public required long Moved { get; init; }

    /// <summary>What tells this version from others of the model.</summary>
    public required string Identity { get; init; }

    /// <summary>The SHA-256 of its document.</summary>
    public required string Document { get; init; }

    /// <summary>Its name, such as <c>fraud/3</c>.</summary>
    public string Name => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Model}/{Number}");
}
