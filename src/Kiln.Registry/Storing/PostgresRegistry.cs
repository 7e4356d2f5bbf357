using System.Data.Common;
using System.Net.Sockets;
using Npgsql;

namespace Kiln.Registry.Storing;

/// <summary>A registry in a PostgreSQL database.</summary>
/// <param name="connection">How to reach it.</param>
/// <param name="patience">How long another that writes is waited for.</param>
sealed class PostgresRegistry(NpgsqlConnectionStringBuilder connection, TimeSpan patience) : RegistryDatabase(new NpgsqlConnection(connection.ConnectionString))
{
    // A number of this program's own, for a lock that nothing else takes.
    const string Lock = "SELECT pg_advisory_xact_lock(7526768903561293615)";

    /// <summary>The body of the function that refuses.</summary>
    const string Refusal = " BEGIN RAISE EXCEPTION 'the history is append-only'; END ";

    public override string Place => $"{(string.IsNullOrEmpty(connection.Database) ? connection.Username : connection.Database)} on {connection.Host}";

    protected override string Bytes => "BYTEA";

    protected override string BeginLook => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";

    protected override string AppendOnly => $"""
        CREATE FUNCTION history_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $${Refusal}$$;
        CREATE TRIGGER history_keeps BEFORE UPDATE OR DELETE OR TRUNCATE ON history EXECUTE FUNCTION history_is_append_only();
        """;

    protected override void Prepare() => Execute($"SET lock_timeout = {(int)patience.TotalMilliseconds}");

    protected override void BeginAlone()
    {
        Execute("BEGIN");
        Execute(Lock);
    }

    protected override bool HasTables() => Query("SELECT 1 FROM information_schema.tables WHERE table_schema = current_schema() AND table_name = 'layout'", _ => true).Count > 0;

    public override IEnumerable<string> GuardFaults()
    {
        const int BeforeUpdateDeleteOrTruncate = 2 | 8 | 16 | 32;
        var there = Query($"""
            SELECT tgname::text FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid
            WHERE tgrelid = 'history'::regclass AND tgenabled IN ('O', 'A') AND tgtype = {BeforeUpdateDeleteOrTruncate} AND tgqual IS NULL AND prosrc = '{Refusal.Replace("'", "''", StringComparison.Ordinal)}'
            UNION ALL SELECT relname::text FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid JOIN pg_attribute ON attrelid = indrelid AND attnum = indkey[0]
            WHERE indrelid = 'versions'::regclass AND indisunique AND indisvalid AND indnkeyatts = 1 AND attname = 'model' AND pg_get_expr(indpred, indrelid) = '(stage = ''Production''::text)'
            """, row => row.GetString(0));
        foreach (var name in ((string[])["history_keeps", RegistryLayout.OneProduction]).Except(there)) yield return RegistryWords.LostGuard(name);
        foreach (var name in Query("""
            SELECT tgname::text FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid
            WHERE NOT tgisinternal AND relnamespace = current_schema()::regnamespace AND relname IN ('layout', 'history', 'head', 'versions', 'aliases', 'documents') AND NOT (tgname = 'history_keeps' AND relname = 'history')
            """, row => row.GetString(0))) yield return RegistryWords.StrangeTrigger(name);
    }

    protected override KilnException Explained(DbException error) => RegistryErrors.Unreachable(Place, error switch
    {
        PostgresException { SqlState: PostgresErrorCodes.LockNotAvailable } => "another process has been writing it for too long",
        PostgresException server => server.MessageText,
        _ => error.InnerException is SocketException or IOException or TimeoutException && !error.Message.Contains(error.InnerException.Message, StringComparison.Ordinal) ? $"{error.Message.TrimEnd('.')}: {error.InnerException.Message}" : error.Message,
    }, error);
}
