using System.Collections.Immutable;
using System.Text.Json;

namespace Kiln.Registry;

/// <summary>What a line of the history tells beside who, when and what.</summary>
public sealed record HistoryDetail
{
    /// <summary>Of a registration: what tells this version from others of the model.</summary>
    public string? Identity { get; init; }

    /// <summary>Of a registration: the SHA-256 of the version's document.</summary>
    public string? Document { get; init; }

    /// <summary>Of a registration: what the gate said.</summary>
    public GateStanding? Gate { get; init; }

    /// <summary>Of a registration: whether the tree differed from its commit, or there was none.</summary>
    public bool? IsDirty { get; init; }

    /// <summary>Of a registration: the commit; empty outside a repository.</summary>
    public string? Commit { get; init; }

    /// <summary>Of a registration: the run that registered it.</summary>
    public string? Run { get; init; }

    /// <summary>Of a registration: its figures.</summary>
    public ImmutableSortedDictionary<string, double>? Metrics { get; init; }

    /// <summary>The stage that the version left.</summary>
    public ModelStage? From { get; init; }

    /// <summary>The stage that it reached.</summary>
    public ModelStage? To { get; init; }

    /// <summary>The version that was in production until then, and is archived now.</summary>
    public long? Displaced { get; init; }

    /// <summary>The name that was given or taken away.</summary>
    public string? Alias { get; init; }

    /// <summary>Why.</summary>
    public string? Reason { get; init; }

    internal string Write() => JsonSerializer.Serialize(this, RegistryJson.Line);

    internal static HistoryDetail Read(string text) => JsonSerializer.Deserialize<HistoryDetail>(text, RegistryJson.Line) ?? throw new JsonException("There is nothing.");
}
