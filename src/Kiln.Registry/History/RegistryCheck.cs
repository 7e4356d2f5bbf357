using System.Collections.Immutable;
using System.Data.Common;
using System.Globalization;
using Kiln.Fingerprinting;
using Kiln.Registry.Storing;

namespace Kiln.Registry;

/// <summary>Goes through a registry from its first line, and names what is not as it was written.</summary>
sealed class RegistryCheck(RegistryDatabase database, Func<DbDataReader, HistoryEntry> read)
{
    readonly ImmutableArray<string>.Builder _faults = ImmutableArray.CreateBuilder<string>();
    readonly Dictionary<(string Model, long Number), HistoryDetail> _registrations = [];
    readonly RegistryState _state = new();

    public ImmutableArray<string> Faults()
    {
        var (lines, last) = Chain();
        var head = database.Query("SELECT seq, hash FROM head", row => (Sequence: row.GetInt64(0), Hash: row.GetString(1)));
        if (head is not [var (sequence, hash)] || sequence != lines || hash != last) _faults.Add($"the last line should be number {(head is [var one] ? one.Sequence : 0)}, and the history ends with number {lines}: lines are missing at its end, or the note of where it ends was changed");
        // What follows from a history that is not sound says nothing more.
        if (_faults.Count > 0) return _faults.ToImmutable();
        Versions();
        Aliases();
        Documents();
        return _faults.ToImmutable();
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

    static (long Sequence, HistoryEntry? Entry) Line(DbDataReader row, Func<DbDataReader, HistoryEntry> read)
    {
        try
        {
            return (row.GetInt64(0), read(row));
        }
        catch (Exception error) when (error is FormatException or ArgumentException or InvalidCastException or OverflowException)
        {
            return (long.TryParse(Convert.ToString(row.GetValue(0), CultureInfo.InvariantCulture), CultureInfo.InvariantCulture, out var sequence) ? sequence : 0, null);
        }
    }

    (long Sequence, HistoryEntry? Entry) Line(DbDataReader row) => Line(row, read);

    void Apply(HistoryEntry entry, string name)
    {
        try
        {
            _state.Apply(entry);
            if (entry.Action == HistoryAction.Register) _registrations[(entry.Model, entry.Version)] = HistoryDetail.Read(entry.Detail);
        }
        catch (InvalidDataException error)
        {
            _faults.Add($"{name} cannot have happened: {error.Message}");
        }
    }

    void Versions()
    {
        var rows = database.Query("SELECT model, number, stage, identity, document, gate, dirty, git_commit, run FROM versions", row => (
            Version: (row.GetString(0), row.GetInt64(1)), Stage: row.GetString(2), Identity: row.GetString(3), Document: row.GetString(4), Gate: row.GetString(5), IsDirty: row.GetInt64(6) != 0, Commit: row.GetString(7), Run: row.GetString(8)));
        foreach (var row in rows)
        {
            var name = $"version {row.Version.Item1}/{row.Version.Item2}";
            if (!_registrations.TryGetValue(row.Version, out var told)) _faults.Add($"{name} is in no line of the history");
            else if (row.Stage != _state.Stages[row.Version].ToString()) _faults.Add($"{name} stands in {row.Stage}, and by the history in {_state.Stages[row.Version]}");
            else if ((row.Identity, row.Document, row.Gate, row.IsDirty, row.Commit, row.Run) != (told.Identity, told.Document, told.Gate.ToString(), told.IsDirty == true, told.Commit, told.Run)) _faults.Add($"{name} is told otherwise by the history");
        }
        foreach (var (model, number) in _registrations.Keys.Except(rows.Select(row => row.Version))) _faults.Add($"version {model}/{number} is in the history, and not among the versions");
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
        foreach (var ((model, number), told) in _registrations)
            if (database.Query("SELECT content FROM documents WHERE hash = @hash", row => row.GetValue(0) as byte[], ("@hash", told.Document)) is not [{ } content]) _faults.Add($"the document of {model}/{number} is gone");
            else if (ModelRegistry.Unpacked(content) is not { } text || ContentHash.Of(text).ToString() != told.Document) _faults.Add($"the document of {model}/{number} was changed");
    }

    static string Shown(HistoryEntry entry) => string.Create(CultureInfo.InvariantCulture, $"{entry.Action} {entry.Model}/{entry.Version} at {HistoryEntry.Time(entry.At)}");
}
