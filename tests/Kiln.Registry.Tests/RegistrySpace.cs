using System.Data.Common;
using Kiln.Recording;
using Kiln.Registry;
using Npgsql;

namespace Kiln.Tests;

/// <summary>A registry of a test's own, and a way past it into its tables.</summary>
sealed class RegistrySpace : IDisposable
{
    readonly PostgresServer? _given;
    readonly string? _server;

    public RegistrySpace(Kept kept = Kept.InSqlite, PostgresServer? server = null)
    {
        Root = Directory.CreateTempSubdirectory("kiln-registry-").FullName;
        if (kept == Kept.InPostgres) _server = (_given = server ?? PostgresServer.Shared).CreateDatabase();
        Place = new(kept == Kept.InSqlite ? File : null, _server, Path.Combine(Root, "files")) { Patience = TimeSpan.FromSeconds(1) };
    }

    public string Root { get; }

    /// <summary>The SQLite file.</summary>
    public string File => Path.Combine(Root, "registry.db");

    public RegistryPlace Place { get; }

    public SetClock Clock { get; } = new();

    public ModelRegistry Open() => ModelRegistry.Open(Place, clock: Clock);

    /// <summary>Registers a version that passed its gate, from a clean tree.</summary>
    public static VersionSummary Add(ModelRegistry registry, string identity, string model = "fraud") => registry.Register(Some.Document(model), Some.Identity(identity), "ada").Version;

    /// <summary>A model with versions 1 to 3: 1 was in production, 2 is, and has the alias champion; 3 was refused, and someone vouched for it.</summary>
    public RegistrySpace WithHistory()
    {
        using var registry = Open();
        Add(registry, "1");
        Add(registry, "2");
        registry.Register(Some.Document(passed: false), Some.Identity("3"), "ada");
        registry.Promote(new("fraud", 1, null), ModelStage.Production, "ada", "the first");
        registry.Promote(new("fraud", 2, null), ModelStage.Production, "grace", "a better one");
        registry.Alias(new("fraud", 2, null), "champion", "grace");
        registry.Approve(new("fraud", 3, null), "edsger", "tried on paper");
        return this;
    }

    /// <summary>What the check of a registry finds, in one text; empty where nothing is wrong.</summary>
    public string Verify()
    {
        using var registry = Open();
        return string.Join('\n', registry.Verify());
    }

    /// <summary>The same, without what is said of the guards that <see cref="Tamper"/> takes away.</summary>
    public string Found() => string.Join('\n', Verify().Split('\n').Where(line => !line.Contains("is gone or another, by which the database itself", StringComparison.Ordinal)));

    /// <summary>Runs statements past the registry, as somebody does who may write its database.</summary>
    public int Tamper(string sql, params (string Name, object Value)[] parameters)
    {
        using var connection = Connect();
        Execute(connection, _server is null ? "DROP TRIGGER IF EXISTS history_keeps; DROP TRIGGER IF EXISTS history_stays" : "DROP TRIGGER IF EXISTS history_keeps ON history");
        return Execute(connection, sql, parameters);
    }

    /// <summary>A connection past the registry.</summary>
    public DbConnection Connect()
    {
        DbConnection connection = _server is null ? SystemSqlite.Connect(File) : new NpgsqlConnection(_server);
        connection.Open();
        return connection;
    }

    public static int Execute(DbConnection connection, string sql, params (string Name, object Value)[] parameters)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // a test's own text
        command.CommandText = sql;
#pragma warning restore CA2100
        foreach (var (name, value) in parameters)
        {
            var parameter = command.CreateParameter();
            (parameter.ParameterName, parameter.Value) = (name, value);
            command.Parameters.Add(parameter);
        }
        return command.ExecuteNonQuery();
    }

    public void Dispose()
    {
        _given?.GiveBack(_server!);
        Directory.Delete(Root, recursive: true);
    }
}

/// <summary>A clock that a test sets.</summary>
sealed class SetClock : TimeProvider
{
    public DateTimeOffset Now { get; set; } = new(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);

    public override DateTimeOffset GetUtcNow() => Now;
}
