using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text.Json;
using Kiln.Running;
using Microsoft.Data.Sqlite;
using SQLitePCL;

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

    /// <summary>The most memory the process held, in bytes.</summary>
    public long PeakMemory { get; init; }

    public GitSnapshot? Git { get; init; }

    public ImmutableSortedDictionary<string, string> Environment { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    public ImmutableSortedDictionary<string, string> Settings { get; init; } = ImmutableSortedDictionary<string, string>.Empty;
}

/// <summary>The runs of a workspace, in SQLite with a write-ahead log: what ran, from what, and how it ended.</summary>
sealed class Ledger : IDisposable
{
    const string Schema = """
        PRAGMA journal_mode = WAL;
        PRAGMA synchronous = NORMAL;
        CREATE TABLE IF NOT EXISTS environments (hash TEXT PRIMARY KEY, facts TEXT NOT NULL) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS runs (
            id TEXT PRIMARY KEY, pipeline TEXT NOT NULL, targets TEXT NOT NULL, command TEXT NOT NULL, started TEXT NOT NULL, seconds REAL NOT NULL,
            exit_code INTEGER, peak_memory INTEGER NOT NULL, git_commit TEXT, git_branch TEXT, git_dirty INTEGER, git_patch TEXT, environment TEXT NOT NULL, settings TEXT NOT NULL) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS stages (
            run TEXT NOT NULL, position INTEGER NOT NULL, name TEXT NOT NULL, outcome TEXT NOT NULL, why TEXT NOT NULL, started TEXT, seconds REAL NOT NULL,
            fingerprint TEXT, manifest TEXT, PRIMARY KEY (run, position)) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS metrics (run TEXT NOT NULL, stage TEXT NOT NULL, name TEXT NOT NULL, value REAL, PRIMARY KEY (run, stage, name)) WITHOUT ROWID;
        PRAGMA user_version = 2;
        """;

    readonly SqliteConnection _connection;

    static Ledger()
    {
        // The system's SQLite, which gets security updates, in place of a bundled one.
        NativeLibrary.SetDllImportResolver(typeof(SQLite3Provider_e_sqlite3).Assembly, static (name, _, _) =>
            name == "e_sqlite3" && NativeLibrary.TryLoad("libsqlite3.so.0", out var library) ? library : 0);
        raw.SetProvider(new SQLite3Provider_e_sqlite3());
    }

    Ledger(SqliteConnection connection) => _connection = connection;

    public static Ledger Open(string path)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false, DefaultTimeout = 30 }.ToString());
        try
        {
            connection.Open();
            using var version = connection.CreateCommand();
            version.CommandText = "PRAGMA user_version";
            var found = Convert.ToInt64(version.ExecuteScalar());
            if (found is not (0 or 2)) throw RunErrors.OtherLedger(path, found);
            if (found == 0)
            {
                using var schema = connection.CreateCommand();
                schema.CommandText = Schema;
                schema.ExecuteNonQuery();
            }

            using var sync = connection.CreateCommand();
            sync.CommandText = "PRAGMA synchronous = NORMAL";
            sync.ExecuteNonQuery();
            return new Ledger(connection);
        }
        catch (SqliteException error)
        {
            connection.Dispose();
            throw Explained(path, error);
        }
    }

    public void Dispose() => _connection.Dispose();

    static KilnException Explained(string path, SqliteException error) =>
        error.SqliteErrorCode is raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB ? RunErrors.LedgerDamaged(path, error) : RunErrors.CannotKeepState(path, error);

    /// <summary>Notes that a run has begun, so that one that is killed is not forgotten.</summary>
    public void Begin(RunRecord run) => Transact(() => AddRun(run));

    /// <summary>Writes a run that has ended, with its stages, whole or not at all.</summary>
    public void Add(RunRecord run, IReadOnlyList<StageReport> stages) => Transact(() =>
    {
        AddRun(run);
        AddStages(run.Id, stages);
    });

    /// <summary>
    /// By statements, not by a transaction object: a full disk ends a transaction by itself, and the object would then fail to roll it back.
    /// </summary>
    void Transact(Action write)
    {
        try
        {
            Execute("BEGIN IMMEDIATE");
            write();
            Execute("COMMIT");
        }
        catch (SqliteException error)
        {
            if (raw.sqlite3_get_autocommit(_connection.Handle) == 0) Execute("ROLLBACK");
            throw Explained(_connection.DataSource, error);
        }
    }

    void AddRun(RunRecord run)
    {
        var environment = JsonObject(run.Environment);
        var hash = Fingerprinting.ContentHash.Of(System.Text.Encoding.UTF8.GetBytes(environment)).ToString();
        Execute("INSERT OR IGNORE INTO environments VALUES ($hash, $facts)", ("$hash", hash), ("$facts", environment));
        Execute("INSERT OR REPLACE INTO runs VALUES ($id, $pipeline, $targets, $command, $started, $seconds, $exit, $memory, $commit, $branch, $dirty, $patch, $environment, $settings)",
            ("$id", run.Id), ("$pipeline", run.Pipeline), ("$targets", run.Targets), ("$command", run.CommandLine), ("$started", run.Started.ToString("O")),
            ("$seconds", run.Seconds), ("$exit", run.ExitCode is { } code ? (int)code : null), ("$memory", run.PeakMemory), ("$commit", run.Git?.Commit), ("$branch", run.Git?.Branch),
            ("$dirty", run.Git is null ? null : run.Git.IsDirty ? 1 : 0), ("$patch", run.Git?.Patch), ("$environment", hash), ("$settings", JsonObject(run.Settings)));
    }

    void AddStages(string run, IReadOnlyList<StageReport> stages)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = "INSERT INTO stages VALUES ($run, $position, $name, $outcome, $why, $started, $seconds, $fingerprint, $manifest)";
        var parameters = command.CommandText[command.CommandText.IndexOf('$')..].TrimEnd(')').Split(", ")
            .Select(name => command.Parameters.Add(new SqliteParameter(name, null))).ToArray();
        for (var i = 0; i < stages.Count; i++)
        {
            var stage = stages[i];
            object?[] values =
            [
                run, i, stage.Node.Name, stage.Outcome.Word, stage.Outcome is Outcome.Failed failed ? failed.Error.Message : stage.Why,
                stage.Time > TimeSpan.Zero ? stage.Started.ToString("O") : null, stage.Time.TotalSeconds, stage.Manifest?.Fingerprint.ToString(),
                // What was up to date has the manifest of the run that made it, under the same fingerprint.
                stage.Outcome is Outcome.UpToDate || stage.Manifest is null ? null : JsonManifest(stage.Manifest),
            ];
            for (var j = 0; j < values.Length; j++) parameters[j].Value = values[j] ?? DBNull.Value;
            command.ExecuteNonQuery();
            if (stage.Result is { } result && stage.Outcome is Outcome.Ran or Outcome.Restored)
                foreach (var (name, value) in stage.Result!.Metrics)
                    Execute("INSERT INTO metrics VALUES ($run, $stage, $name, $value)",
                        ("$run", run), ("$stage", stage.Node.Name), ("$name", name), ("$value", double.IsNaN(value) ? null : value));
        }
    }

    /// <summary>Rows of a query, as text cells with nulls as empty text.</summary>
    public List<string[]> Query(string sql, params (string Name, object? Value)[] parameters)
    {
        using var command = Command(sql, parameters);
        using var reader = command.ExecuteReader();
        var rows = new List<string[]>();
        while (reader.Read())
            rows.Add([.. Enumerable.Range(0, reader.FieldCount).Select(i => reader.IsDBNull(i) ? "" : Convert.ToString(reader.GetValue(i), System.Globalization.CultureInfo.InvariantCulture)!)]);
        return rows;
    }

    void Execute(string sql, params (string Name, object? Value)[] parameters)
    {
        using var command = Command(sql, parameters);
        command.ExecuteNonQuery();
    }

    SqliteCommand Command(string sql, (string Name, object? Value)[] parameters)
    {
        var command = _connection.CreateCommand();
#pragma warning disable CA2100 // every text given here is a literal of this assembly; values are bound
        command.CommandText = sql;
#pragma warning restore CA2100
        foreach (var (name, value) in parameters) command.Parameters.AddWithValue(name, value ?? DBNull.Value);
        return command;
    }

    static string JsonObject(IEnumerable<KeyValuePair<string, string>> facts) => "{" + string.Join(",", facts.Select(fact => $"{JsonText.Quote(fact.Key)}:{JsonText.Quote(fact.Value)}")) + "}";

    static string JsonManifest(Fingerprinting.Manifest manifest) =>
        "[" + string.Join(",", manifest.Facts.Select(fact => $"[{JsonText.Quote(JsonNamingPolicy.CamelCase.ConvertName(fact.Kind.ToString()))},{JsonText.Quote(fact.Label)},{JsonText.Quote(fact.Value)}]")) + "]";
}
