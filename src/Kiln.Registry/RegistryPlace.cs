using Kiln.Registry.Storing;
using Npgsql;

namespace Kiln.Registry;

/// <summary>Where a registry is: a file of the workspace, or a database that <c>KILN_REGISTRY</c> names.</summary>
/// <param name="File">The SQLite file; null for PostgreSQL.</param>
/// <param name="Server">How to reach PostgreSQL; null for a file.</param>
/// <param name="Files">The folder of the versions' files.</param>
public sealed record RegistryPlace(string? File, string? Server, string Files)
{
    const string Variable = "KILN_REGISTRY", FilesVariable = "KILN_REGISTRY_FILES";

    /// <summary>The registry of a workspace: <c>models/registry/registry.db</c>, or what <c>KILN_REGISTRY</c> says: a file, or a connection string of PostgreSQL (<c>Host=…</c>).</summary>
    public static RegistryPlace Of(string workspace)
    {
        var files = Environment.GetEnvironmentVariable(FilesVariable) is { Length: > 0 } folder ? Path.GetFullPath(folder, workspace) : null;
        var standard = Path.Combine(workspace, "models", "registry");
        if (Environment.GetEnvironmentVariable(Variable) is not { Length: > 0 } named) return new(Path.Combine(standard, "registry.db"), null, files ?? Path.Combine(standard, "files"));
        if (named.Contains("://", StringComparison.Ordinal)) throw RegistryErrors.NotAServer("it is an address, and not words with values");
        if (named.Contains('=', StringComparison.Ordinal)) return new(null, named, files ?? Path.Combine(standard, "files"));
        var file = Path.GetFullPath(named, workspace);
        return new(file, null, files ?? Path.Combine(Path.GetDirectoryName(file)!, "files"));
    }

    /// <summary>How long another process that writes is waited for.</summary>
    internal TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The database, not opened yet.</summary>
    internal RegistryDatabase Connect(RegistryAccess access)
    {
        if (Server is { } server) return new PostgresRegistry(Read(server), Patience);
        if (access != RegistryAccess.Make) return System.IO.File.Exists(File) || Directory.Exists(File) ? new SqliteRegistry(File, access, Patience) : throw RegistryErrors.NoRegistry(File!);
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(File!)!);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw RegistryErrors.Unreachable(File!, error.Message, error);
        }
        return new SqliteRegistry(File!, access, Patience);
    }

    /// <summary>The database's file where neither it nor anything beside it can be written; null for a server.</summary>
    internal RegistryDatabase? ConnectReadOnly() => System.IO.File.Exists(File) ? new SqliteRegistry(File, RegistryAccess.Read, Patience, isReadOnly: true) : null;

    static NpgsqlConnectionStringBuilder Read(string server)
    {
        try
        {
            var read = new NpgsqlConnectionStringBuilder(server) { Pooling = false, ApplicationName = "kiln", PersistSecurityInfo = false };
            if (!read.ContainsKey("Timeout")) read.Timeout = 10;
            if (!read.ContainsKey("Command Timeout")) read.CommandTimeout = 60; // longer than others that write are waited for
            return string.IsNullOrEmpty(read.Host) ? throw RegistryErrors.NotAServer("it names no Host") : read;
        }
        catch (Exception error) when (error is ArgumentException or FormatException or KeyNotFoundException)
        {
            // What was read of it is not told: it may be a part of a password.
            throw RegistryErrors.NotAServer("a word of it is not known, or has no such value");
        }
    }
}
