using System.Data.Common;
using Npgsql;

namespace Kiln.Registry.Storing;

/// <summary>A registry in a PostgreSQL database.</summary>
/// <param name="connection">How to reach it.</param>
sealed class PostgresRegistry(NpgsqlConnectionStringBuilder connection) : RegistryDatabase(new NpgsqlConnection(connection.ConnectionString))
{
    // A number of this program's own, for a lock that nothing else takes.
    const string Lock = "SELECT pg_advisory_xact_lock(7526768903561293615)";

    public override string Place => $"{connection.Database} on {connection.Host}";

    protected override string Bytes => "BYTEA";

    protected override string AppendOnly => """
        CREATE FUNCTION history_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'the history is append-only'; END $$;
        CREATE TRIGGER history_keeps BEFORE UPDATE OR DELETE OR TRUNCATE ON history EXECUTE FUNCTION history_is_append_only();
        """;

    protected override void BeginAlone()
    {
        Execute("BEGIN");
        Execute(Lock);
    }

    protected override bool HasTables() => Query("SELECT 1 FROM information_schema.tables WHERE table_schema = current_schema() AND table_name = 'layout'", _ => true).Count > 0;

    protected override KilnException Explained(DbException error) => RegistryErrors.Unreachable(Place, error is PostgresException server ? server.MessageText : error.Message, error);
}
