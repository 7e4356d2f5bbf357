using System.Collections.Immutable;
using System.Data.Common;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Kiln.Learning.Gates;
using Kiln.Learning.Models;
using Kiln.Recording;
using Kiln.Registry;
using Kiln.Tests;
using Npgsql;

namespace Kiln.Build;

/// <summary>A registry for trials, in SQLite or on a server, filled without training anything.</summary>
sealed class TrialRegistry : IDisposable
{
    readonly string _root = Directory.CreateTempSubdirectory("kiln-registry-trial-").FullName;
    readonly string? _server;

    public TrialRegistry(bool onServer)
    {
        if (onServer) _server = PostgresServer.Shared.CreateDatabase();
        Place = new(onServer ? null : File, _server, Path.Combine(_root, "files"));
    }

    public RegistryPlace Place { get; }

    /// <summary>The SQLite file.</summary>
    public string File => Path.Combine(_root, "registry.db");

    /// <summary>What KILN_REGISTRY says of it.</summary>
    public string Setting => _server ?? File;

    public string Name => _server is null ? "SQLite" : "PostgreSQL";

    public ModelRegistry Open() => ModelRegistry.Open(Place);

    /// <summary>Registers a version that passed its gate.</summary>
    public static VersionSummary Add(ModelRegistry registry, string model, int number, int metrics = 3)
    {
        var identity = Hash($"{model} {number}");
        return registry.Register(new()
        {
            Model = model,
            Pipeline = model,
            Run = $"20260501-120000-{number:x6}",
            Commit = Hash("commit")[..40],
            IsDirty = false,
            Patch = "",
            Overrides = [],
            Environment = ImmutableSortedDictionary<string, string>.Empty,
            Metrics = Enumerable.Range(0, metrics).ToImmutableSortedDictionary(i => string.Create(CultureInfo.InvariantCulture, $"metric {i}"), i => 1.0 / (number + i + 1), StringComparer.Ordinal),
            Gate = new GateDecision { Candidate = model, IsPassed = true, Criteria = ["ranks"], Refusals = [], Inconclusive = InconclusiveMeans.Fail, Override = null },
            Inputs = [],
            Target = new Target { Column = "y", Task = LearningTask.Binary, Classes = ["0", "1"] },
            Folder = identity,
            ModelPath = $"models/{model}",
            Files = ImmutableSortedDictionary<string, string>.Empty,
            Stages = [],
        }, identity, "ada").Version;
    }

    /// <summary>A connection past the registry.</summary>
    public DbConnection Connect(string? file = null)
    {
        DbConnection connection = _server is null ? SystemSqlite.Connect(file ?? File) : new NpgsqlConnection(_server);
        connection.Open();
        return connection;
    }

    /// <summary>Lets the history be changed, as somebody may who owns the database.</summary>
    public void Unguard(DbConnection connection) =>
        Execute(connection, _server is null ? "DROP TRIGGER IF EXISTS history_keeps; DROP TRIGGER IF EXISTS history_stays" : "DROP TRIGGER IF EXISTS history_keeps ON history");

    public static int Execute(DbConnection connection, string sql, params ReadOnlySpan<(string Name, object Value)> parameters)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // every text is of the trials
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

    public void Dispose() => Directory.Delete(_root, recursive: true);

    static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
