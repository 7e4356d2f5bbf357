using System.Text.Json;

namespace Kiln.Registry;

/// <summary>What the history comes to: where every version stands, and what names mean. The tables that answer questions quickly say the same, or they lie.</summary>
sealed class RegistryState
{
    public Dictionary<(string Model, long Number), ModelStage> Stages { get; } = [];

    /// <summary>The lines by which versions came to stand where they do.</summary>
    public Dictionary<(string Model, long Number), long> Moved { get; } = [];

    public Dictionary<(string Model, string Alias), long> Aliases { get; } = [];

    public Dictionary<string, long> Production { get; } = [];

    /// <summary>The state after another line.</summary>
    /// <exception cref="InvalidDataException">The line says what cannot have been done in this state.</exception>
    public void Apply(HistoryEntry entry)
    {
        var version = (entry.Model, entry.Version);
        HistoryDetail detail;
        try
        {
            detail = HistoryDetail.Read(entry.Detail);
        }
        catch (JsonException error)
        {
            throw new InvalidDataException("its detail cannot be read", error);
        }

        if (entry.Action == HistoryAction.Register)
        {
            if (!Stages.TryAdd(version, ModelStage.Development)) throw new InvalidDataException("the version was registered before");
            Moved[version] = entry.Sequence;
            return;
        }

        if (!Stages.TryGetValue(version, out var stage)) throw new InvalidDataException("there is no such version yet");
        switch (entry.Action)
        {
            case HistoryAction.Promote or HistoryAction.Rollback:
                if (detail.From != stage || detail.To is not { } to) throw new InvalidDataException($"the version stood in {stage} and not in {detail.From}");
                Move(version, to, detail.Displaced, entry.Sequence);
                break;
            case HistoryAction.Alias:
                Aliases[(entry.Model, detail.Alias ?? throw new InvalidDataException("it names no alias"))] = entry.Version;
                break;
            case HistoryAction.Unalias:
                if (!Aliases.Remove((entry.Model, detail.Alias ?? ""), out var named) || named != entry.Version) throw new InvalidDataException("the name was not the version's");
                break;
        }
    }

    void Move((string Model, long Number) version, ModelStage to, long? displaced, long line)
    {
        var production = Production.TryGetValue(version.Model, out var present) ? present : default(long?);
        if (displaced != (to == ModelStage.Production ? production : null)) throw new InvalidDataException($"{(production is null ? "nothing" : $"version {production}")} was in production");
        if (production == version.Number) Production.Remove(version.Model);
        if (displaced is { } old) Stand((version.Model, old), ModelStage.Archived);
        Stand(version, to);
        if (to == ModelStage.Production) Production[version.Model] = version.Number;

        void Stand((string Model, long Number) which, ModelStage stage) => (Stages[which], Moved[which]) = (stage, line);
    }
}
