using System.Collections.Immutable;
using System.Data.Common;
using System.Text.Json;

namespace Kiln.Registry.Storing;

/// <summary>What rows of the registry's tables say.</summary>
static class RegistryRows
{
    public const string Columns = "model, number, stage, gate, dirty, git_commit, run, metrics, registered, registered_by, moved, identity, document";

    /// <summary>A version, still without its aliases; of a row of <see cref="Columns"/>.</summary>
    public static VersionSummary Summary(DbDataReader row) => new()
    {
        Model = row.GetString(0),
        Number = row.GetInt64(1),
        Stage = Enum.Parse<ModelStage>(row.GetString(2)),
        Aliases = [],
        Gate = Enum.Parse<GateStanding>(row.GetString(3)),
        IsDirty = row.GetInt64(4) != 0,
        Commit = row.GetString(5),
        Run = row.GetString(6),
        Metrics = JsonSerializer.Deserialize<ImmutableSortedDictionary<string, double>>(row.GetString(7), RegistryJson.Line) ?? ImmutableSortedDictionary<string, double>.Empty,
        Registered = HistoryEntry.ReadTime(row.GetString(8)),
        RegisteredBy = row.GetString(9),
        Moved = row.GetInt64(10),
        Identity = row.GetString(11),
        Document = row.GetString(12),
    };

    /// <summary>A line of the history.</summary>
    public static HistoryEntry Entry(DbDataReader row) => new()
    {
        Sequence = row.GetInt64(0),
        At = HistoryEntry.ReadTime(row.GetString(1)),
        By = row.GetString(2),
        Action = Enum.Parse<HistoryAction>(row.GetString(3)),
        Model = row.GetString(4),
        Version = row.GetInt64(5),
        Detail = row.GetString(6),
        Previous = row.GetString(7),
        Hash = row.GetString(8),
    };

    /// <summary>Whether an error says that a row holds what this program does not write.</summary>
    public static bool IsStrange(Exception error) => error is FormatException or ArgumentException or InvalidCastException or OverflowException or JsonException;
}
