using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Kiln.Fingerprinting;
using Kiln.Running;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Kiln.Recording;

/// <summary>The runs of a workspace, in SQLite with a write-ahead log: what ran, from what, and how it ended.</summary>
sealed class Ledger : IDisposable
{
    readonly SqliteConnection _connection;

    Ledger(SqliteConnection connection) => _connection = connection;

    public static Ledger Open(string path)
    {
        var connection = SystemSqlite.Connect(path);
        try
        {
            connection.Open();
            LedgerLayout.Ensure(connection, path);
            using var sync = connection.CreateCommand();
            sync.CommandText = "PRAGMA synchronous = NORMAL";
            sync.ExecuteNonQuery();
            return new Ledger(connection);
        }
        catch (Exception error)
        {
            connection.Dispose();
            if (error is SqliteException broken) throw Explained(path, broken);
            throw;
        }
    }

    /// <summary>
    /// The ledger for who only asks it. SQLite writes beside a ledger also to read it: where the place is read-only or full, the file is read as it
    /// stands, or a copy where a run that died left some of it in the log beside it.
    /// </summary>
    /// <exception cref="KilnException">It cannot be read.</exception>
    public static Ledger OpenToRead(string path)
    {
        try
        {
            return Open(path);
        }
        catch (KilnException error) when (error.InnerException is SqliteException { SqliteErrorCode: raw.SQLITE_READONLY or raw.SQLITE_IOERR or raw.SQLITE_FULL or raw.SQLITE_CANTOPEN or raw.SQLITE_PERM })
        {
            try
            {
                return File.Exists(path + "-wal") && new FileInfo(path + "-wal").Length > 0 ? Copied(path) : AsItStands(path);
            }
            catch (Exception second) when (second is IOException or UnauthorizedAccessException or SqliteException)
            {
                throw error;
            }
        }
    }

    public void Dispose() => _connection.Dispose();

    static Ledger AsItStands(string path)
    {
        var connection = SystemSqlite.Connect(new SqliteConnectionStringBuilder
        {
            DataSource = $"file:{string.Join('/', path.Split('/').Select(Uri.EscapeDataString))}?immutable=1",
            Mode = SqliteOpenMode.ReadOnly,
            Pooling = false,
        });
        try
        {
            connection.Open();
            LedgerLayout.Ensure(connection, path);
            return new Ledger(connection);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    static Ledger Copied(string path)
    {
        var folder = Directory.CreateTempSubdirectory("kiln-ledger-");
        try
        {
            var copy = Path.Combine(folder.FullName, "ledger.db");
            File.Copy(path, copy);
            File.Copy(path + "-wal", copy + "-wal");
            using var ledger = Open(copy);
            var memory = new SqliteConnection("Data Source=:memory:");
            memory.Open();
            ledger._connection.BackupDatabase(memory);
            return new Ledger(memory);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    static KilnException Explained(string path, SqliteException error) =>
        error.SqliteErrorCode is raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB ? RunErrors.LedgerDamaged(path, SystemSqlite.Words(error), error) : RunErrors.CannotKeepLedger(path, SystemSqlite.Words(error), error);

    /// <summary>Notes that a run has begun, so that one that is killed is not forgotten.</summary>
    public void Begin(RunRecord run) => Transact(() => AddRun(run, null));

    /// <summary>Writes a run that has ended, with its stages, whole or not at all.</summary>
    public void Add(RunRecord run, IReadOnlyList<StageReport> stages) => Transact(() =>
    {
        AddRun(run, PlanOf(stages));
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

    void AddRun(RunRecord run, string? plan)
    {
        var environment = JsonObject(run.Environment);
        var hash = ContentHash.Of(Encoding.UTF8.GetBytes(environment)).ToString();
        Execute("INSERT OR IGNORE INTO environments VALUES ($hash, $facts)", ("$hash", hash), ("$facts", environment));
        Execute("INSERT OR REPLACE INTO runs VALUES ($id, $pipeline, $targets, $command, $started, $seconds, $exit, $memory, $commit, $branch, $dirty, $patch, $environment, $settings, $jobs, $plan)",
            ("$id", run.Id), ("$pipeline", run.Pipeline), ("$targets", run.Targets), ("$command", run.CommandLine), ("$started", run.Started.ToString("O")),
            ("$seconds", run.Seconds), ("$exit", run.ExitCode is { } code ? (int)code : null), ("$memory", run.PeakMemory), ("$commit", run.Git?.Commit), ("$branch", run.Git?.Branch),
            ("$dirty", run.Git is null ? null : run.Git.IsDirty ? 1 : 0), ("$patch", run.Git?.Patch), ("$environment", hash), ("$settings", JsonObject(run.Settings)),
            ("$jobs", run.Jobs), ("$plan", plan));
    }

    /// <summary>The hash of the plan, which is kept once for all runs of it.</summary>
    string PlanOf(IReadOnlyList<StageReport> stages)
    {
        var plan = RecordedPlan.Of([.. stages.Select(stage => stage.Node)]);
        var hash = ContentHash.Of(plan.Span).ToString();
        if (Query("SELECT 1 FROM plans WHERE hash = $hash", ("$hash", hash)).Count == 0)
            Execute("INSERT INTO plans VALUES ($hash, $stages)", ("$hash", hash), ("$stages", Encoding.UTF8.GetString(plan.Span)));
        return hash;
    }

    /// <summary>A row for each stage that is not as the last run left it.</summary>
    void AddStages(string run, IReadOnlyList<StageReport> stages)
    {
        using var stage = new Insert(_connection, "stages", 13);
        using var manifest = new Insert(_connection, "manifests", 2);
        using var metric = new Insert(_connection, "metrics", 4);
        for (var i = 0; i < stages.Count; i++)
        {
            var report = stages[i];
            if (report.Outcome is Outcome.UpToDate && report.Result is null) continue;
            var worked = report.Time > TimeSpan.Zero;
            var fingerprint = report.Manifest?.Fingerprint.ToString();
            stage.Add(run, i, report.Node.Name, report.Outcome.Word, report.Outcome is Outcome.Failed failed ? failed.Error.Message : report.Why,
                worked ? report.Started.ToString("O") : null, report.Time.TotalSeconds, fingerprint, worked ? report.Attempts : null,
                report.Usage?.CpuSeconds, report.Usage?.PeakMemory, report.Usage?.BytesIn, report.Usage?.BytesOut);
            if (report.Manifest is not null) manifest.Add(fingerprint, JsonManifest(report.Manifest));
            if (report.Outcome is Outcome.UpToDate || report.Result is null) continue;
            foreach (var (name, value) in report.Result.Metrics) metric.Add(run, report.Node.Name, name, double.IsNaN(value) ? null : value);
        }
    }

    /// <summary>Rows of a query, as text cells with nulls as empty text.</summary>
    public List<string[]> Query(string sql, params (string Name, object? Value)[] parameters)
    {
        using var command = Command(sql, parameters);
        using var reader = command.ExecuteReader();
        var rows = new List<string[]>();
        while (reader.Read())
        {
            var row = new string[reader.FieldCount];
            for (var i = 0; i < row.Length; i++) row[i] = reader.IsDBNull(i) ? "" : Convert.ToString(reader.GetValue(i), System.Globalization.CultureInfo.InvariantCulture)!;
            rows.Add(row);
        }

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

    /// <summary>A statement that is prepared once and adds many rows; one that is there already stays.</summary>
    sealed class Insert : IDisposable
    {
        readonly SqliteCommand _command;

        public Insert(SqliteConnection connection, string table, int columns)
        {
            _command = connection.CreateCommand();
#pragma warning disable CA2100 // the names of tables are literals of this assembly; values are bound
            _command.CommandText = $"INSERT OR IGNORE INTO {table} VALUES ({string.Join(", ", Enumerable.Range(0, columns).Select(i => "$" + i))})";
#pragma warning restore CA2100
            for (var i = 0; i < columns; i++) _command.Parameters.Add(new SqliteParameter("$" + i, null));
        }

        public void Add(params ReadOnlySpan<object?> values)
        {
            for (var i = 0; i < values.Length; i++) _command.Parameters[i].Value = values[i] ?? DBNull.Value;
            _command.ExecuteNonQuery();
        }

        public void Dispose() => _command.Dispose();
    }

    static string JsonObject(ImmutableSortedDictionary<string, string> facts)
    {
        var text = new StringBuilder("{");
        foreach (var (name, value) in facts) text.Append(text.Length > 1 ? "," : "").Append(JsonText.Quote(name)).Append(':').Append(JsonText.Quote(value));
        return text.Append('}').ToString();
    }

    static string JsonManifest(Manifest manifest) =>
        "[" + string.Join(",", manifest.Facts.Select(fact => $"[{JsonText.Quote(JsonNamingPolicy.CamelCase.ConvertName(fact.Kind.ToString()))},{JsonText.Quote(fact.Label)},{JsonText.Quote(fact.Value)}]")) + "]";
}
