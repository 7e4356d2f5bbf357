using System.Data.Common;
using Kiln.Recording;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Kiln.Registry.Storing;

/// <summary>A registry in a file.</summary>
/// <param name="path">The file; its folder is there.</param>
/// <param name="patience">How long another that writes is waited for.</param>
sealed class SqliteRegistry(string path, TimeSpan patience) : RegistryDatabase(Connect(path, patience))
{
    public override string Place => path;

    protected override string Bytes => "BLOB";

    protected override string AppendOnly => """
        CREATE TRIGGER history_keeps BEFORE UPDATE ON history BEGIN SELECT RAISE(ABORT, 'the history is append-only'); END;
        CREATE TRIGGER history_stays BEFORE DELETE ON history BEGIN SELECT RAISE(ABORT, 'the history is append-only'); END;
        """;

    static SqliteConnection Connect(string path, TimeSpan patience)
    {
        var connection = SystemSqlite.Connect(path);
        connection.DefaultTimeout = (int)patience.TotalSeconds;
        return connection;
    }

    // What was acknowledged outlives a power cut: every commit reaches the disk. SQLite itself looks again after milliseconds where another writes; the library around it waits a sixth of a second each time.
    protected override void Prepare() => Execute($"PRAGMA busy_timeout = {(int)patience.TotalMilliseconds}; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL");

    protected override void BeginAlone() => Execute("BEGIN IMMEDIATE");

    protected override bool HasTables() => Query("SELECT 1 FROM sqlite_master WHERE name = 'layout'", _ => true).Count > 0;

    // An index that leaves out a line would hide it from some questions, and not from others.
    public override IEnumerable<string> Faults() => Query("PRAGMA integrity_check(20)", row => row.GetString(0)).Where(line => line != "ok").Select(line => $"{path}: {line.ReplaceLineEndings(" ")}");

    protected override KilnException Explained(DbException error) => error is not SqliteException sqlite ? RegistryErrors.Unreachable(path, error.Message, error)
        : sqlite.SqliteErrorCode is raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB ? RegistryErrors.Damaged(path, SystemSqlite.Words(sqlite), error)
        : RegistryErrors.Unreachable(path, SystemSqlite.Words(sqlite), error);
}
