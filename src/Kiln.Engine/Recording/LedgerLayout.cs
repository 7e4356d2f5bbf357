using Kiln.Running;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Kiln.Recording;

/// <summary>The ledger's tables, and how an older ledger becomes one of this layout.</summary>
/// <remarks>
/// A stage that is as the last run left it has no row: the run's plan names it. So a run with nothing to do writes one row, however many
/// stages it looked at. What follows from the rest is not kept either: lanes and waiting times follow from when stages worked and what they need.
/// </remarks>
static class LedgerLayout
{
    const long Current = 4;

    /// <summary>The last of a million runs are told as fast as those of ten.</summary>
    const string ByTime = "CREATE INDEX runs_by_time ON runs (started, id);";

    const string Stages = """
        CREATE TABLE stages (
            run TEXT NOT NULL, position INTEGER NOT NULL, name TEXT NOT NULL, outcome TEXT NOT NULL, why TEXT NOT NULL, started TEXT, seconds REAL NOT NULL,
            fingerprint TEXT, attempts INTEGER, cpu_seconds REAL, peak_memory INTEGER, bytes_in INTEGER, bytes_out INTEGER, PRIMARY KEY (run, position)) WITHOUT ROWID;
        CREATE INDEX stages_that_ran ON stages (name, run) WHERE outcome = 'ran';
        CREATE TABLE manifests (fingerprint TEXT PRIMARY KEY, facts TEXT NOT NULL) WITHOUT ROWID;
        CREATE TABLE plans (hash TEXT PRIMARY KEY, stages TEXT NOT NULL) WITHOUT ROWID;
        """;

    const string Whole = """
        CREATE TABLE environments (hash TEXT PRIMARY KEY, facts TEXT NOT NULL) WITHOUT ROWID;
        CREATE TABLE runs (
            id TEXT PRIMARY KEY, pipeline TEXT NOT NULL, targets TEXT NOT NULL, command TEXT NOT NULL, started TEXT NOT NULL, seconds REAL NOT NULL,
            exit_code INTEGER, peak_memory INTEGER NOT NULL, git_commit TEXT, git_branch TEXT, git_dirty INTEGER, git_patch TEXT, environment TEXT NOT NULL, settings TEXT NOT NULL,
            jobs INTEGER, plan TEXT) WITHOUT ROWID;
        CREATE TABLE metrics (run TEXT NOT NULL, stage TEXT NOT NULL, name TEXT NOT NULL, value REAL, PRIMARY KEY (run, stage, name)) WITHOUT ROWID;

        """ + ByTime + "\n" + Stages;

    /// <summary>Layout 2 had a row for every stage of every run, with the manifest in it.</summary>
    const string FromTwo = """
        ALTER TABLE runs ADD COLUMN jobs INTEGER;
        ALTER TABLE runs ADD COLUMN plan TEXT;
        ALTER TABLE stages RENAME TO stages_of_layout_2;

        """ + Stages + """

        INSERT OR IGNORE INTO manifests SELECT fingerprint, manifest FROM stages_of_layout_2 WHERE manifest IS NOT NULL;
        INSERT INTO stages SELECT run, position, name, outcome, why, started, seconds, fingerprint, NULL, NULL, NULL, NULL, NULL FROM stages_of_layout_2;
        DROP TABLE stages_of_layout_2;

        """ + ByTime;

    /// <summary>Makes the tables where there are none, and brings older ones up to date: in one transaction, so that a kill leaves the old ledger.</summary>
    /// <exception cref="KilnException">The layout is one of a later version.</exception>
    public static void Ensure(SqliteConnection connection, string path)
    {
        var found = VersionOf(connection);
        if (found == Current) return;
        if (found == 0) Execute(connection, "PRAGMA journal_mode = WAL");
        Execute(connection, "BEGIN IMMEDIATE");
        try
        {
            // Another process may have done it while this one waited.
            found = VersionOf(connection);
            var script = found switch
            {
                0 => Whole,
                2 => FromTwo,
                3 => ByTime,
                Current => "",
                _ => throw RunErrors.OtherLedger(path, found),
            };
            Execute(connection, $"{script}\nPRAGMA user_version = {Current}");
            Execute(connection, "COMMIT");
        }
        catch
        {
            if (raw.sqlite3_get_autocommit(connection.Handle) == 0) Execute(connection, "ROLLBACK"); // a full disk has ended it by itself
            throw;
        }
    }

    static long VersionOf(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA user_version";
        return Convert.ToInt64(command.ExecuteScalar());
    }

    static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // every text given here is a literal of this file
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }
}
