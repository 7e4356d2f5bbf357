using Kiln.Data.Native;
using Kiln.Data.Querying;

namespace Kiln.Data;

/// <summary>How a DuckDB database is opened.</summary>
public sealed record DatabaseOptions
{
    /// <summary>Threads that all its queries share. None: one a processor.</summary>
    public int? Threads { get; init; }

    /// <summary>Memory that all its queries share, such as "2GB". None: DuckDB's own default, 80% of the machine's.</summary>
    public string? MemoryLimit { get; init; }

    /// <summary>What its queries may reach.</summary>
    public DatabaseReach Reach { get; init; } = DatabaseReach.Files;
}

/// <summary>What a database's queries may reach beside its own memory.</summary>
public enum DatabaseReach
{
    /// <summary>Files that the process may read and write.</summary>
    Files,

    /// <summary>Nothing: no file, no network, no extension, and no statement that would change that. For SQL that settings bring.</summary>
    Nothing,
}

/// <summary>
/// A DuckDB database in memory: the engine that reads, queries and writes tables. It holds no data of its own. Safe for use by several
/// threads at once.
/// </summary>
public sealed unsafe class Database : IDisposable
{
    static readonly Lazy<Database> LazyShared = new(() => new(new()));

    readonly DatabaseHandle _handle;

    /// <exception cref="DataException">DuckDB's library is missing, or refuses an option.</exception>
    public Database(DatabaseOptions options)
    {
        using var config = Configure(options);
        var state = NativeMethods.Open(null, out _handle, config, out var error);
        if (state == DuckDbState.Success) return;
        var message = NativeMethods.Text(error);
        NativeMethods.Free(error);
        throw Errors.DatabaseNotOpened(message);
    }

    /// <summary>The process's database, opened on first use and kept.</summary>
    public static Database Shared => LazyShared.Value;

    /// <summary>DuckDB's version, such as v1.5.6. Parquet files carry it, so their bytes depend on it.</summary>
    public static string Version => NativeMethods.Text(NativeMethods.LibraryVersion());

    /// <summary>Runs one SELECT over tables by name; <c>$1</c>, <c>$2</c> … stand for the parameters.</summary>
    /// <param name="sql">One statement.</param>
    /// <param name="tables">The tables by the names that the statement uses.</param>
    /// <param name="parameters">null, bool, int, long, double, string, DateOnly or DateTime.</param>
    /// <exception cref="DataException">The statement is wrong, or a table cannot be read.</exception>
    public QueryResult Query(string sql, IReadOnlyDictionary<string, Table> tables, params ReadOnlySpan<object?> parameters)
    {
        var connection = Connect(tables);
        try
        {
            return connection.Query(sql, parameters, ownsConnection: true);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <inheritdoc />
    public void Dispose() => _handle.Dispose();

    /// <param name="subject">The files that the connection works on, for its errors.</param>
    internal Connection Connect(string subject)
    {
        if (NativeMethods.Connect(_handle, out var connection) != DuckDbState.Success) throw Errors.DatabaseNotOpened("no connection");
        return new(connection, subject);
    }

    /// <summary>A connection that knows the tables by their names.</summary>
    /// <param name="target">The file that a query over them is written to, if any.</param>
    internal Connection Connect(IReadOnlyDictionary<string, Table> tables, Table? target = null)
    {
        var connection = Connect(string.Join(", ", tables.Values) + (target is null ? "" : $" → {target}"));
        try
        {
            foreach (var (name, table) in tables) connection.CreateView(name, table);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    static ConfigHandle Configure(DatabaseOptions options)
    {
        _ = NativeMethods.CreateConfig(out var config);
        Set("threads", (options.Threads ?? Environment.ProcessorCount).ToString());
        if (options.MemoryLimit is { } limit) Set("memory_limit", limit);
        // Large sorts spill there; the default would be a folder in the current directory.
        Set("temp_directory", Path.Combine(Path.GetTempPath(), $"kiln-duckdb-{Environment.ProcessId}"));
        // Rows come out in the order they went in: what makes written files the same for any number of threads.
        Set("preserve_insertion_order", "true");
        // What the system keeps of files need not be in memory twice.
        Set("enable_external_file_cache", "false");
        Set("autoinstall_known_extensions", "false");
        Set("autoload_known_extensions", "false");
        if (options.Reach == DatabaseReach.Nothing)
        {
            Set("enable_external_access", "false");
            Set("lock_configuration", "true");
        }
        return config;

        void Set(string name, string value)
        {
            if (NativeMethods.SetConfig(config, name, value) != DuckDbState.Success)
                throw Errors.DatabaseNotOpened($"the option {name} = {value} is not accepted");
        }
    }
}
