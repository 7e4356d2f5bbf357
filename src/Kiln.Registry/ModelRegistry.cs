using System.Collections.Immutable;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Kiln.Fingerprinting;
using Kiln.Registry.Storing;

namespace Kiln.Registry;

/// <summary>
/// Versions of models, where they stand, and how they came there. Every change is one transaction that adds a line to the history: it is done and told, or it is not. Not for
/// several threads at once; processes may share it.
/// </summary>
public sealed class ModelRegistry : IDisposable
{
    readonly RegistryDatabase _database;
    readonly TimeProvider _clock;

    ModelRegistry(RegistryDatabase database, RegistryPlace place, TimeProvider clock) => (_database, Files, _clock) = (database, new(place.Files), clock);

    /// <summary>The versions' files.</summary>
    public VersionFiles Files { get; }

    /// <summary>Opens a registry.</summary>
    /// <param name="place">Where it is.</param>
    /// <param name="access">What for: only to <see cref="RegistryAccess.Make"/> is one made where there is none.</param>
    /// <param name="clock">What tells the time of changes.</param>
    /// <exception cref="KilnException">It cannot be reached, is not there, or its place holds something else.</exception>
    public static ModelRegistry Open(RegistryPlace place, RegistryAccess access = RegistryAccess.Make, TimeProvider? clock = null)
    {
        try
        {
            return new(Opened(place.Connect(access), access), place, clock ?? TimeProvider.System);
        }
        catch (KilnException error) when (access == RegistryAccess.Read && error is not UsageException && place.ConnectReadOnly() is { } readOnly)
        {
            try
            {
                return new(Opened(readOnly, access), place, clock ?? TimeProvider.System);
            }
            catch (KilnException)
            {
                throw error;
            }
        }
    }

    static RegistryDatabase Opened(RegistryDatabase database, RegistryAccess access)
    {
        try
        {
            database.Open(mayMake: access == RegistryAccess.Make);
            return database;
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    /// <summary>Adds a version; one that is there already, by its identity, stays as it is.</summary>
    /// <param name="document">What is kept of it.</param>
    /// <param name="identity">What tells it from other versions of the model.</param>
    /// <param name="by">Who adds it.</param>
    public (VersionSummary Version, bool IsNew) Register(VersionDocument document, string identity, string by)
    {
        if (!VersionName.IsName(document.Model)) throw RegistryErrors.NotAName("model", document.Model);
        WordsOfPeople.CheckName(by);
        var text = JsonSerializer.SerializeToUtf8Bytes(document, RegistryJson.Document);
        var hash = ContentHash.Of(text).ToString();
        var gate = StandingOf(document);
        return _database.Alone(() =>
        {
            if (Find(document.Model, identity) is { } known) return (known, false);
            var number = 1 + _database.Query("SELECT COALESCE(MAX(number), 0) FROM versions WHERE model = @model", row => row.GetInt64(0), ("@model", document.Model))[0];
            _database.Execute("INSERT INTO documents VALUES (@hash, @content) ON CONFLICT DO NOTHING", ("@hash", hash), ("@content", Packed(text)));
            var detail = new HistoryDetail { Identity = identity, Document = hash, Gate = gate, IsDirty = document.IsDirty || document.Commit.Length == 0, Commit = document.Commit, Run = document.Run, Metrics = document.Metrics };
            var entry = Append(HistoryAction.Register, document.Model, number, detail, by);
            _database.Execute($"INSERT INTO versions ({RegistryRows.Columns}) VALUES (@model, @number, @stage, @gate, @dirty, @commit, @run, @metrics, @registered, @by, @moved, @identity, @document)",
                ("@model", document.Model), ("@number", number), ("@stage", nameof(ModelStage.Development)), ("@gate", gate.ToString()), ("@dirty", detail.IsDirty == true ? 1L : 0L), ("@commit", document.Commit),
                ("@run", document.Run), ("@metrics", JsonSerializer.Serialize(document.Metrics, RegistryJson.Line)), ("@registered", HistoryEntry.Time(entry.At)), ("@by", by), ("@moved", entry.Sequence), ("@identity", identity), ("@document", hash));
            return (Get(new(document.Model, number, null)), true);
        });
    }

    /// <summary>Moves a version on.</summary>
    /// <param name="name">The version.</param>
    /// <param name="to">Where to.</param>
    /// <param name="by">Who moves it.</param>
    /// <param name="reason">Why; may be empty.</param>
    /// <param name="seen">The line of the history by which the model's production came to be, as whoever decides has seen it (<see cref="ProductionLine"/>): where another has changed it since, nothing is done.</param>
    /// <returns>The version as it stands now, and the one that it took the place of.</returns>
    /// <exception cref="KilnException">There is no such version, it has not passed its gate, or another was promoted meanwhile.</exception>
    public (VersionSummary Version, VersionSummary? Displaced) Promote(VersionName name, ModelStage to, string by, string reason = "", long? seen = null)
    {
        WordsOfPeople.CheckName(by);
        WordsOfPeople.CheckReason(reason, mayBeEmpty: true);
        return _database.Alone(() =>
        {
            var version = Get(name);
            CheckNobodyWasFirst(version, to, seen);
            if (version.Stage == to) return (version, null);
            if (to is ModelStage.Development || (version.Stage, to) is (ModelStage.Production, ModelStage.Staging)) throw RegistryErrors.NotBack(version, to);
            if (to is not ModelStage.Archived) CheckMayPass(version, to);
            return Move(HistoryAction.Promote, version, to, by, reason);
        });
    }

    /// <summary>Brings a version back into production that was there before.</summary>
    /// <param name="version">It. Whether it still loads and answers as it did is for the caller to have looked at.</param>
    /// <param name="by">Who brings it back.</param>
    /// <param name="reason">Why.</param>
    /// <param name="seen">See <see cref="Promote"/>.</param>
    public (VersionSummary Version, VersionSummary? Displaced) RollBack(VersionSummary version, string by, string reason, long? seen)
    {
        WordsOfPeople.CheckName(by);
        WordsOfPeople.CheckReason(reason, mayBeEmpty: true);
        return _database.Alone(() =>
        {
            var present = Get(new(version.Model, version.Number, null));
            CheckNobodyWasFirst(present, ModelStage.Production, seen);
            if (present.Stage == ModelStage.Production) return (present, null);
            if (!WasInProduction(present)) throw RegistryErrors.NeverInProduction(present);
            return Move(HistoryAction.Rollback, present, ModelStage.Production, by, reason);
        });
    }

    /// <summary>
    /// The version that was in production before the present one; null where none was. What was rolled back from, or taken out, does not count: of several rollbacks in a row each goes one further back, and none
    /// brings back what the first went away from.
    /// </summary>
    public VersionSummary? BeforeProduction(string model)
    {
        var came = new Stack<long>();
        foreach (var entry in Moves(model).AsEnumerable().Reverse())
        {
            var told = entry.Told;
            if (told.To != ModelStage.Production)
            {
                if (told.From == ModelStage.Production) came.Pop();
            }
            else if (entry.Action == HistoryAction.Rollback && came.Contains(entry.Version))
                while (came.Peek() != entry.Version) came.Pop();
            else if (!came.TryPeek(out var last) || last != entry.Version) came.Push(entry.Version);
        }
        if (Production(model) is not null) came.Pop();
        return came.TryPeek(out var before) ? Get(new(model, before, null)) : null;
    }

    /// <summary>Vouches for a version that its gate did not let pass.</summary>
    public HistoryEntry Approve(VersionName name, string by, string reason)
    {
        WordsOfPeople.CheckName(by);
        WordsOfPeople.CheckReason(reason);
        return _database.Alone(() => Append(HistoryAction.Approve, Get(name), new() { Reason = reason }, by));
    }

    /// <summary>Gives a name to a version; one that another version had goes over to it.</summary>
    public void Alias(VersionName name, string alias, string by)
    {
        if (!VersionName.IsName(alias) || Enum.GetNames<ModelStage>().Contains(alias, StringComparer.OrdinalIgnoreCase)) throw RegistryErrors.NotAName("alias", alias);
        WordsOfPeople.CheckName(by);
        _database.Alone(() =>
        {
            var version = Get(name);
            if (version.Aliases.Contains(alias)) return false;
            Append(HistoryAction.Alias, version, new() { Alias = alias }, by);
            _database.Execute("INSERT INTO aliases VALUES (@model, @alias, @number) ON CONFLICT (model, alias) DO UPDATE SET number = excluded.number", ("@model", version.Model), ("@alias", alias), ("@number", version.Number));
            return true;
        });
    }

    /// <summary>Takes a name away.</summary>
    /// <exception cref="KilnException">No version has it.</exception>
    public void Unalias(string model, string alias, string by)
    {
        WordsOfPeople.CheckName(by);
        _database.Alone(() =>
        {
            var version = Find(new(model, null, alias)) is { } named && named.Aliases.Contains(alias) ? named : throw RegistryErrors.NoAlias(model, alias);
            Append(HistoryAction.Unalias, version, new() { Alias = alias }, by);
            return _database.Execute("DELETE FROM aliases WHERE model = @model AND alias = @alias", ("@model", model), ("@alias", alias));
        });
    }

    /// <summary>The versions of a model, or of all: those in production, then the others, the last moved first.</summary>
    public ImmutableArray<VersionSummary> List(string? model = null, int most = int.MaxValue)
    {
        var production = Standing("=", most);
        return [.. production, .. Standing("<>", most - production.Count)];

        List<VersionSummary> Standing(string which, int limit) =>
            Summaries($"WHERE stage {which} 'Production'{(model is null ? "" : " AND model = @model")} ORDER BY moved DESC LIMIT {limit}", ("@model", model ?? ""));
    }

    /// <summary>How many versions there are of a model, or of all.</summary>
    public long Count(string? model = null) =>
        _database.Query($"SELECT COUNT(*) FROM versions{(model is null ? "" : " WHERE model = @model")}", row => row.GetInt64(0), ("@model", model ?? ""))[0];

    /// <summary>The names of all models.</summary>
    public ImmutableArray<string> Models => [.. _database.Query("SELECT DISTINCT model FROM versions ORDER BY model", row => row.GetString(0))];

    /// <summary>A version.</summary>
    /// <exception cref="KilnException">There is none of that name.</exception>
    public VersionSummary Get(VersionName name) => Find(name) ?? throw RegistryErrors.NoVersion(name, Models);

    /// <summary>The version of an identity, or null.</summary>
    public VersionSummary? Find(string model, string identity) => Summaries("WHERE model = @model AND identity = @identity", ("@model", model), ("@identity", identity)).FirstOrDefault();

    /// <summary>Looks whether a version can be used: its files are as they were registered, it loads, and it answers the kept rows as it did.</summary>
    /// <exception cref="KilnException">One of these is not so.</exception>
    public void CheckFit(VersionSummary version) => VersionSample.Check(version, Files.Checked(version, Document(version)));

    /// <summary>The version in production, or null.</summary>
    public VersionSummary? Production(string model) => Summaries("WHERE model = @model AND stage = 'Production'", ("@model", model)).FirstOrDefault();

    /// <summary>The line of the history by which the model's production came to be as it is; 0 where nothing has ever been there.</summary>
    public long ProductionLine(string model) => Production(model)?.Moved ?? LastChange(model)?.Sequence ?? 0;

    /// <summary>All that is kept of a version.</summary>
    /// <exception cref="KilnException">It is gone, or is another.</exception>
    public VersionDocument Document(VersionSummary version)
    {
        if (_database.Query("SELECT content FROM documents WHERE hash = @hash", row => (byte[])row.GetValue(0), ("@hash", version.Document)) is not [var content]) throw RegistryErrors.NoDocument(version, "it is gone");
        var text = Unpacked(content);
        if (text is null || ContentHash.Of(text).ToString() != version.Document) throw RegistryErrors.NoDocument(version, "it is not the one that was registered");
        return JsonSerializer.Deserialize<VersionDocument>(text, RegistryJson.Document) ?? throw RegistryErrors.NoDocument(version, "it is empty");
    }

    /// <summary>The lines of the history of a model, or all, oldest first.</summary>
    /// <param name="model">The model; null for all.</param>
    /// <param name="most">How many of the last are given; null for all.</param>
    public ImmutableArray<HistoryEntry> History(string? model = null, int? most = null)
    {
        var lines = Lines($"{(model is null ? "" : "WHERE model = @model ")}ORDER BY seq {(most is { } limit ? $"DESC LIMIT {limit}" : "")}", ("@model", model ?? ""));
        if (most is not null) lines.Reverse();
        return [.. lines];
    }

    /// <summary>The lines of the history of a version, oldest first.</summary>
    public ImmutableArray<HistoryEntry> History(VersionSummary version) => [.. Lines("WHERE model = @model AND version = @version ORDER BY seq", ("@model", version.Model), ("@version", version.Number))];

    /// <summary>The lines by which others took a version's place in production, oldest first.</summary>
    public ImmutableArray<HistoryEntry> Displacements(VersionSummary version) =>
        [.. Lines("WHERE model = @model AND action IN ('Promote', 'Rollback') AND detail LIKE @displaced ORDER BY seq", ("@model", version.Model), ("@displaced", $"%\"displaced\":{version.Number}%")).Where(entry => entry.Told.Displaced == version.Number)];

    /// <summary>How many lines the history of a model has.</summary>
    public long LinesOf(string model) => _database.Query("SELECT COUNT(*) FROM history WHERE model = @model", row => row.GetInt64(0), ("@model", model))[0];

    /// <summary>The lines by which versions came into production that were there at a time, by model.</summary>
    /// <param name="time">The time; what was done in its millisecond is done.</param>
    /// <param name="model">One model only.</param>
    public ImmutableSortedDictionary<string, HistoryEntry> ProductionAt(DateTimeOffset time, string? model = null)
    {
        var standing = ImmutableSortedDictionary.CreateBuilder<string, HistoryEntry>(StringComparer.Ordinal);
        foreach (var entry in Lines($"WHERE action IN ('Promote', 'Rollback') AND written <= @time {(model is null ? "" : "AND model = @model ")}ORDER BY seq", ("@time", HistoryEntry.Time(time)), ("@model", model ?? "")))
            if (entry.Told.To == ModelStage.Production) standing[entry.Model] = entry;
            else if (entry.Told.From == ModelStage.Production) standing.Remove(entry.Model);
        return standing.ToImmutable();
    }

    /// <summary>Who vouched for a version.</summary>
    public ImmutableArray<HistoryEntry> Approvals(VersionSummary version) => [.. History(version).Where(entry => entry.Action == HistoryAction.Approve)];

    /// <summary>Looks through all of it: the chain, and whether the tables and documents say what the history comes to. Empty: all is as it was written.</summary>
    public ImmutableArray<string> Verify() => _database.Look(() => new RegistryCheck(_database).Faults());

    /// <summary>What is wrong with the versions' files, a line each. Versions whose documents cannot be read are left out: <see cref="Verify"/> names them.</summary>
    public ImmutableArray<string> FileFaults()
    {
        var faults = ImmutableArray.CreateBuilder<string>();
        foreach (var version in List())
            try
            {
                if (Files.FaultOf(version, Document(version)) is { } fault) faults.Add($"the files of {version.Name}: {fault} ({Files.FolderOf(version.Identity)})");
            }
            catch (KilnException)
            {
                // its document is no longer what was registered
            }
        return faults.ToImmutable();
    }

    /// <summary>Folders among the versions' files that belong to no version: a registration was cut short there, or they are another registry's.</summary>
    public ImmutableArray<string> StrayFiles() => [.. Files.Identities.Except(List().Select(version => version.Identity)).Order(StringComparer.Ordinal).Select(Files.FolderOf)];

    /// <summary>How many lines the history has, and the hash of the last: whoever noted it can tell later that nothing before it was changed.</summary>
    /// <exception cref="KilnException">The note of where it ends is gone.</exception>
    public (long Lines, string Hash) Head =>
        _database.Query("SELECT seq, hash FROM head WHERE id = 1", row => (row.GetInt64(0), row.GetString(1))) is [var head] ? head : throw RegistryErrors.NoHead(_database.Place);

    /// <inheritdoc/>
    public void Dispose() => _database.Dispose();

    /// <summary>A version, or null.</summary>
    public VersionSummary? Find(VersionName name) => name switch
    {
        { Number: { } number } => Summaries("WHERE model = @model AND number = @number", ("@model", name.Model), ("@number", number)).FirstOrDefault(),
        { Alias: "production" } => Production(name.Model),
        { Alias: { } alias } => Summaries("WHERE model = @model AND number = (SELECT number FROM aliases WHERE model = @model AND alias = @alias)", ("@model", name.Model), ("@alias", alias)).FirstOrDefault(),
        _ => Summaries("WHERE model = @model ORDER BY number DESC LIMIT 1", ("@model", name.Model)).FirstOrDefault(),
    };

    void CheckMayPass(VersionSummary version, ModelStage to)
    {
        if (version.Gate is not (GateStanding.Passed or GateStanding.Overridden) && Approvals(version).IsEmpty) throw RegistryErrors.NotPassed(version, Document(version));
        if (to == ModelStage.Production && version.IsDirty) throw RegistryErrors.Dirty(version, Document(version));
    }

    /// <summary>Also where the other did the same: of two who promote at once, one has done it, and the other learns by whom.</summary>
    void CheckNobodyWasFirst(VersionSummary version, ModelStage to, long? seen)
    {
        if (seen is { } line && (to == ModelStage.Production || version.Stage == ModelStage.Production) && ProductionLine(version.Model) != line)
            throw RegistryErrors.AnotherWasFirst(version, Production(version.Model), LastChange(version.Model));
    }

    (VersionSummary Version, VersionSummary? Displaced) Move(HistoryAction action, VersionSummary version, ModelStage to, string by, string reason)
    {
        var displaced = to == ModelStage.Production ? Production(version.Model) : null;
        var entry = Append(action, version, new() { From = version.Stage, To = to, Displaced = displaced?.Number, Reason = reason.Length > 0 ? reason : null }, by);
        if (displaced is not null) Stand(displaced, ModelStage.Archived, entry);
        Stand(version, to, entry);
        return (Get(new(version.Model, version.Number, null)), displaced);
    }

    void Stand(VersionSummary version, ModelStage stage, HistoryEntry entry) =>
        _database.Execute("UPDATE versions SET stage = @stage, moved = @moved WHERE model = @model AND number = @number", ("@stage", stage.ToString()), ("@moved", entry.Sequence), ("@model", version.Model), ("@number", version.Number));

    bool WasInProduction(VersionSummary version) => History(version).Any(entry => entry.Told.To == ModelStage.Production);

    /// <summary>The line by which the model's production came to be as it is; null where nothing has ever been there.</summary>
    HistoryEntry? LastChange(string model) => Moves(model).FirstOrDefault(entry => entry.Told.To == ModelStage.Production || entry.Told.From == ModelStage.Production);

    /// <summary>The lines by which versions of a model were moved, the last first.</summary>
    List<HistoryEntry> Moves(string model) => Lines("WHERE model = @model AND action IN ('Promote', 'Rollback') ORDER BY seq DESC", ("@model", model));

    List<HistoryEntry> Lines(string where, params ReadOnlySpan<(string Name, object? Value)> parameters) => _database.Query($"SELECT * FROM history {where}", RegistryRows.Entry, parameters);

    HistoryEntry Append(HistoryAction action, VersionSummary version, HistoryDetail detail, string by) => Append(action, version.Model, version.Number, detail, by);

    HistoryEntry Append(HistoryAction action, string model, long number, HistoryDetail detail, string by)
    {
        var (last, hash) = Head;
        var before = _database.Query("SELECT written FROM history WHERE seq = @seq", row => HistoryEntry.ReadTime(row.GetString(0)), ("@seq", last)).FirstOrDefault();
        var now = _clock.GetUtcNow();
        var entry = new HistoryEntry
        {
            Sequence = last + 1,
            At = HistoryEntry.ReadTime(HistoryEntry.Time(now < before ? before : now)), // a clock that was set back makes no line older than the one above
            By = by,
            Action = action,
            Model = model,
            Version = number,
            Detail = detail.Write(),
            Previous = hash,
        }.Sealed();
        _database.Execute("INSERT INTO history VALUES (@seq, @written, @actor, @action, @model, @version, @detail, @previous, @hash)",
            ("@seq", entry.Sequence), ("@written", HistoryEntry.Time(entry.At)), ("@actor", by), ("@action", action.ToString()), ("@model", model), ("@version", number), ("@detail", entry.Detail), ("@previous", hash), ("@hash", entry.Hash));
        _database.Execute("UPDATE head SET seq = @seq, hash = @hash WHERE id = 1", ("@seq", entry.Sequence), ("@hash", entry.Hash));
        return entry;
    }

    List<VersionSummary> Summaries(string where, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        var found = _database.Query($"SELECT {RegistryRows.Columns} FROM versions {where}", RegistryRows.Summary, parameters);
        if (found.Count == 0) return found;
        var isOfOne = found.TrueForAll(version => version.Model == found[0].Model);
        var aliases = _database.Query($"SELECT model, number, alias FROM aliases {(isOfOne ? "WHERE model = @model " : "")}ORDER BY alias", row => (Version: (row.GetString(0), row.GetInt64(1)), Alias: row.GetString(2)), ("@model", found[0].Model)).ToLookup(pair => pair.Version, pair => pair.Alias);
        return [.. found.Select(version => version with { Aliases = [.. aliases[(version.Model, version.Number)]] })];
    }

    static GateStanding StandingOf(VersionDocument document) => document.Gate switch
    {
        { Criteria.IsEmpty: true } => GateStanding.None,
        { Override: not null } => GateStanding.Overridden,
        { IsPassed: true } => GivenCriteria(document).Any() ? GateStanding.Given : GateStanding.Passed,
        _ => GateStanding.Refused,
    };

    /// <summary>What <c>--set</c> changed in what a gate goes by: these are no criteria that a commit holds.</summary>
    internal static IEnumerable<string> GivenCriteria(VersionDocument document) =>
        document.Overrides.Where(given => given.StartsWith("gates.", StringComparison.OrdinalIgnoreCase) || given.StartsWith("gates=", StringComparison.OrdinalIgnoreCase) || given.StartsWith("intervals", StringComparison.OrdinalIgnoreCase));

    static byte[] Packed(byte[] text)
    {
        using var packed = new MemoryStream();
        using (var packing = new BrotliStream(packed, CompressionLevel.Fastest)) packing.Write(text);
        return packed.ToArray();
    }

    /// <summary>Null where it is damaged. A document is a megabyte or so: what unpacks to far more is none.</summary>
    internal static byte[]? Unpacked(byte[] packed)
    {
        const int Most = 1 << 28;
        try
        {
            using var unpacking = new BrotliStream(new MemoryStream(packed), CompressionMode.Decompress);
            using var text = new MemoryStream();
            var part = new byte[1 << 16];
            for (int read; (read = unpacking.Read(part)) > 0;)
            {
                if (text.Length + read > Most) return null;
                text.Write(part, 0, read);
            }
            return text.ToArray();
        }
        catch (Exception error) when (error is InvalidDataException or InvalidOperationException)
        {
            return null;
        }
    }
}
