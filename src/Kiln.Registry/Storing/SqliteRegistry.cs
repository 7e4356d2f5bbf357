using System.Data.Common;
using Kiln.Recording;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Kiln.Registry.Storing;

/// <summary>A registry in a file.</summary>
/// <param name="path">The file; its folder is there.</param>
/// <param name="access">What for. Where there is no file, one is made to <see cref="RegistryAccess.Make"/>.</param>
/// <param name="patience">How long another that writes is waited for.</param>
/// <param name="isReadOnly">Whether neither the file nor anything beside it can be written.</param>
sealed class SqliteRegistry(string path, RegistryAccess access, TimeSpan patience, bool isReadOnly = false) : RegistryDatabase(Connect(path, access, patience, isReadOnly))
{
    public override string Place => path;

    protected override string Bytes => "BLOB";

    protected override string BeginLook => "BEGIN";

    protected override string AppendOnly => """
        CREATE TRIGGER history_keeps BEFORE UPDATE ON history BEGIN SELECT RAISE(ABORT, 'the history is append-only'); END;
        CREATE TRIGGER history_stays BEFORE DELETE ON history BEGIN SELECT RAISE(ABORT, 'the history is append-only'); END;
        """;

    // Where others write, what they have written is beside the file, and is found by what lies beside it too. Where nobody does, the file is all there is, and is read without anything beside it.
    static SqliteConnection Connect(string path, RegistryAccess access, TimeSpan patience, bool isReadOnly)
    {
        var isWritten = File.Exists(path + "-wal") && new FileInfo(path + "-wal").Length > 0;
        return SystemSqlite.Connect(new SqliteConnectionStringBuilder
        {
            DataSource = isReadOnly && !isWritten ? $"file:{Uri.EscapeDataString(path).Replace("%2F", "/", StringComparison.Ordinal)}?immutable=1" : path,
            Mode = isReadOnly ? SqliteOpenMode.ReadOnly : access == RegistryAccess.Make ? SqliteOpenMode.ReadWriteCreate : SqliteOpenMode.ReadWrite,
            Pooling = false,
            DefaultTimeout = (int)patience.TotalSeconds,
        });
    }

    // What was acknowledged outlives a power cut: every commit reaches the disk. SQLite itself looks again after milliseconds where another writes; the library around it waits a sixth of a second each time.
    protected override void Prepare() => Execute($"PRAGMA busy_timeout = {(int)patience.TotalMilliseconds}");

    protected override void PrepareToWrite()
    {
        if (access != RegistryAccess.Read) Execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL");
    }

    protected override void BeginAlone() => Execute("BEGIN IMMEDIATE");

    protected override bool HasTables() => Query("SELECT 1 FROM sqlite_master WHERE name = 'layout'", _ => true).Count > 0;

    protected override bool HoldsOther() => Query("SELECT 1 FROM sqlite_master LIMIT 1", _ => true).Count > 0;

    public override IEnumerable<string> GuardFaults()
    {
        // SQLite keeps the words that each was made by.
        var made = $"{RegistryLayout.Tables}{AppendOnly}".Split('\n').Select(line => line.Trim().TrimEnd(';')).ToHashSet(StringComparer.Ordinal);
        var there = Query("SELECT name, type, sql FROM sqlite_master WHERE type IN ('trigger', 'index') AND sql IS NOT NULL", row => (Name: row.GetString(0), Type: row.GetString(1), Words: row.GetString(2)));
        foreach (var name in ((string[])["history_keeps", "history_stays", RegistryLayout.OneProduction]).Where(name => !there.Exists(one => one.Name == name && made.Contains(one.Words)))) yield return RegistryWords.LostGuard(name);
        foreach (var (name, _, _) in there.Where(one => one.Type == "trigger" && !made.Contains(one.Words))) yield return RegistryWords.StrangeTrigger(name);
    }

    // An index that leaves out a line would hide it from some questions, and not from others.
    public override IEnumerable<string> Faults() => Query("PRAGMA integrity_check(20)", row => row.GetString(0)).Where(line => line != "ok").Select(line => $"{path}: {line.ReplaceLineEndings(" ")}");

    protected override KilnException Explained(DbException error) => error is not SqliteException sqlite ? RegistryErrors.Unreachable(path, error.Message, error)
        : sqlite.SqliteErrorCode is raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB ? RegistryErrors.Damaged(path, SystemSqlite.Words(sqlite), error)
        : RegistryErrors.Unreachable(path, SystemSqlite.Words(sqlite), error);
}
