using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Kiln.Recording;

/// <summary>The system's SQLite, which gets security updates, in place of a bundled one.</summary>
public static class SystemSqlite
{
    static SystemSqlite()
    {
        NativeLibrary.SetDllImportResolver(typeof(SQLite3Provider_e_sqlite3).Assembly, static (name, _, _) =>
            name == "e_sqlite3" && NativeLibrary.TryLoad("libsqlite3.so.0", out var library) ? library : 0);
        raw.SetProvider(new SQLite3Provider_e_sqlite3());
    }

    /// <summary>A connection to a file that waits half a minute for others; it is not opened yet.</summary>
    public static SqliteConnection Connect(string path) => Connect(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false, DefaultTimeout = 30 });

    /// <summary>A connection of one's own making; it is not opened yet.</summary>
    public static SqliteConnection Connect(SqliteConnectionStringBuilder builder) => new(builder.ToString());

    /// <summary>What SQLite says, in people's words where it speaks of the disk.</summary>
    public static string Words(SqliteException error) => error.SqliteErrorCode switch
    {
        raw.SQLITE_FULL => "the disk is full",
        raw.SQLITE_READONLY => "it cannot be written: its place is read-only, or another user's",
        raw.SQLITE_CANTOPEN => "it cannot be opened, or nothing can be written beside it",
        raw.SQLITE_IOERR => "the disk refused to read or write it, or is full",
        raw.SQLITE_BUSY => "another process has been writing it for too long",
        _ => error.Message,
    };
}
