using System.Collections.Immutable;
using System.Data.Common;
using System.Globalization;
using Kiln.Fingerprinting;
using Kiln.Registry.Storing;

namespace Kiln.Registry;

/// <summary>Goes through a registry from its first line, and names what is not as it was written.</summary>
sealed class RegistryCheck(RegistryDatabase database)
{
    readonly ImmutableArray<string>.Builder _faults = ImmutableArray.CreateBuilder<string>();
    readonly Dictionary<(string Model, long Number), HistoryEntry> _registrations = [];
    readonly RegistryState _state = new();
    ImmutableArray<string> _guards = [];

    public ImmutableArray<string> Faults()
    {
        _faults.AddRange(database.Faults());
        _guards = [.. database.GuardFaults()];
        var (lines, last) = Chain();
        var head = database.Query("SELECT seq, hash FROM head", row => (Sequence: row.GetInt64(0), Hash: row.GetString(1)));
        if (head is not [var (sequence, hash)] || sequence != lines || hash != last) _faults.Add(head is [var one] ? $"the last line should be number {one.Sequence}, and the history ends with number {lines}: lines are missing at its end, or the note of where it ends was changed" : "the note of where the history ends is gone");
        // What follows from a history that is not sound says nothing more.
        if (_faults.Count == 0)
        {
            Versions();
            Aliases();
            Documents();
        }
        return [.. _faults, .. _guards];
    }

    (long Lines, string Last) Chain()
    {
        var (expected, previous) = (1L, "");
        foreach (var (sequence, entry) in database.Query("SELECT * FROM history ORDER BY seq", Line))
        {
            var name = entry is null ? $"line {sequence}" : $"line {sequence} ({Shown(entry)})";
            if (sequence != expected) _faults.Add(sequence == expected + 1 ? $"line {expected} is missing" : sequence > expected ? $"lines {expected} to {sequence - 1} are missing" : $"{name} has another place than its number");
            if (entry is null) _faults.Add($"{name} cannot be read");
            else
            {
                if (entry.HashOf() != entry.Hash) _faults.Add($"{name} was changed: its hash is another");
                else if (sequence == expected && entry.Previous != previous) _faults.Add($"{name} does not follow the line before it");
                Apply(entry, name);
            }
            (expected, previous) = (sequence + 1, entry?.Hash ?? "");
        }
        return (expected - 1, previous);
    }

    static (long Sequence, HistoryEntry? Entry) Line(DbDataReader row)
    {
        try
        {
            return (row.GetInt64(0), RegistryRows.Entry(row));
        }
        catch (Exception error) when (RegistryRows.IsStrange(error))
        {
            return (long.TryParse(Convert.ToString(row.GetValue(0), CultureInfo.InvariantCulture), CultureInfo.InvariantCulture, out var sequence) ? sequence : 0, null);
        }
    }

    void Apply(HistoryEntry entry, string name)
    {
        try
        {
            _state.Apply(entry);
            if (entry.Action == HistoryAction.Register) _registrations[(entry.Model, entry.Version)] = entry;
        }
        catch (InvalidDataException error)
        {
            _faults.Add($"{name} cannot have happened: {error.Message}");
        }
    }

    void Versions()
    {
        var rows = database.Query($"SELECT {RegistryRows.Columns} FROM versions", row => (Version: (Model: row.GetString(0), Number: row.GetInt64(1)), Stage: row.GetString(2), Summary: SummaryOrNull(row)));
        foreach (var (version, stage, summary) in rows)
        {
            var name = $"version {version.Model}/{version.Number}";
            if (!_registrations.TryGetValue(version, out var told)) _faults.Add($"{name} is in no line of the history");
            else if (stage != _state.Stages[version].ToString()) _faults.Add($"{name} stands in {stage}, and by the history in {_state.Stages[version]}");
            else if (summary is null) _faults.Add($"{name} cannot be read");
            else if (DiffersFrom(summary, told) is { } what) _faults.Add($"{name} is told otherwise by the history: {what}");
        }
        foreach (var (model, number) in _registrations.Keys.Except(rows.Select(row => row.Version))) _faults.Add($"version {model}/{number} is in the history, and not among the versions");
    }

    static VersionSummary? SummaryOrNull(DbDataReader row)
    {
        try
        {
            return RegistryRows.Summary(row);
        }
        catch (Exception error) when (RegistryRows.IsStrange(error))
        {
            return null;
        }
    }

    /// <summary>What a version's row says otherwise than the history, or null.</summary>
    string? DiffersFrom(VersionSummary row, HistoryEntry registered)
    {
        var told = registered.Told;
        return row.Identity != told.Identity ? "its identity"
            : row.Document != told.Document ? "its document"
            : row.Gate != told.Gate ? "what its gate said"
            : row.IsDirty != told.IsDirty || row.Commit != told.Commit ? "its commit"
            : row.Run != told.Run ? "its run"
            : !row.Metrics.SequenceEqual(told.Metrics ?? ImmutableSortedDictionary<string, double>.Empty) ? "its figures"
            : row.Registered != registered.At || row.RegisteredBy != registered.By ? "who registered it, or when"
            : row.Moved != _state.Moved[(row.Model, row.Number)] ? "the line that moved it"
            : null;
    }

    void Aliases()
    {
        var rows = database.Query("SELECT model, alias, number FROM aliases", row => (Name: (row.GetString(0), row.GetString(1)), Number: row.GetInt64(2)));
        foreach (var (name, number) in rows)
            if (!_state.Aliases.TryGetValue(name, out var told) || told != number) _faults.Add($"the alias {name.Item1}@{name.Item2} means version {number}, and by the history {(told == 0 ? "none" : told)}");
        foreach (var (model, alias) in _state.Aliases.Keys.Except(rows.Select(row => row.Name))) _faults.Add($"the alias {model}@{alias} is in the history, and not among the aliases");
    }

    void Documents()
    {
        // One by one: together they may be larger than memory.
        var known = new HashSet<string>(StringComparer.Ordinal);
        foreach (var ((model, number), registered) in _registrations)
        {
            var hash = registered.Told.Document ?? "";
            known.Add(hash);
            if (database.Query("SELECT content FROM documents WHERE hash = @hash", row => row.GetValue(0) as byte[], ("@hash", hash)) is not [{ } content]) _faults.Add($"the document of {model}/{number} is gone");
            else if (ModelRegistry.Unpacked(content) is not { } text || ContentHash.Of(text).ToString() != hash) _faults.Add($"the document of {model}/{number} was changed");
        }
        foreach (var hash in database.Query("SELECT hash FROM documents", row => row.GetString(0)).Where(hash => !known.Contains(hash))) _faults.Add($"the document {hash} is in no line of the history");
    }

    static string Shown(HistoryEntry entry) => string.Create(CultureInfo.InvariantCulture, $"{entry.Action} {entry.Model}/{entry.Version} at {HistoryEntry.Time(entry.At)}");
}
