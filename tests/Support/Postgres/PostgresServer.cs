using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace Kiln.Tests;

/// <summary>A PostgreSQL server of the tests' own, from the system's package: in a temporary folder, on a loopback port, with its disk flushes on. It refuses to run as root, so root starts it as its own user.</summary>
sealed class PostgresServer : IDisposable
{
    public const string Password = "pa;ss'w=ord";

    const string Programs = "/usr/lib/postgresql", User = "postgres";

    // Ends the server by its own number when it is told a signal, or when whoever started it is gone; then nothing is left of it.
    const string Watch = """
        "$@" & read -r signal || signal=
        kill -s "${signal:-QUIT}" $! 2>/dev/null
        wait $!
        [ -n "$signal" ] || rm -rf "$0"
        """;

    static readonly Lazy<PostgresServer> Common = new(() => new());

    readonly string _folder;
    readonly bool _isOwn;
    readonly ConcurrentBag<string> _spare = [];
    readonly int _port = FreePort();
    Process? _process;

    /// <param name="folder">Where its data go; a temporary folder where none is named.</param>
    public PostgresServer(string? folder = null)
    {
        (_folder, _isOwn) = (folder ?? Directory.CreateTempSubdirectory("kiln-postgres-").FullName, folder is null);
        var password = Path.Combine(_folder, "password");
        File.WriteAllText(password, Password + "\n");
        if (Environment.IsPrivilegedProcess) Do("chown", "--recursive", User, _folder);
        Do(AsItsUser("initdb", "--pgdata", Data, "--username", User, "--pwfile", password, "--auth", "scram-sha-256", "--encoding", "UTF8", "--no-sync"));
        Start();
    }

    /// <summary>Why there can be none here, or null.</summary>
    public static string? WhyNot { get; } =
        Folder is null ? $"PostgreSQL is not installed: there is no {Programs}/*/bin/initdb (Debian's package postgresql)."
        : Environment.IsPrivilegedProcess && !File.Exists("/usr/bin/setpriv") ? "PostgreSQL refuses to run as root, and there is no setpriv."
        : null;

    /// <summary>The server that tests share; it ends with the test run.</summary>
    public static PostgresServer Shared => Common.Value;

    public string Data => Path.Combine(_folder, "data");

    static string? Folder => Directory.Exists(Programs) ? Directory.GetDirectories(Programs).Select(version => Path.Combine(version, "bin")).Where(folder => File.Exists(Path.Combine(folder, "initdb"))).Order().LastOrDefault() : null;

    /// <summary>How a database of it is reached.</summary>
    public string ConnectionOf(string database, int? port = null) =>
        new NpgsqlConnectionStringBuilder { Host = "127.0.0.1", Port = port ?? _port, Database = database, Username = User, Password = Password, Pooling = false }.ConnectionString;

    public int Port => _port;

    /// <summary>An empty database's connection string. Making one takes long: one that was given back is emptied.</summary>
    public string CreateDatabase()
    {
        if (_spare.TryTake(out var spare))
        {
            Execute(spare, "DROP SCHEMA public CASCADE; CREATE SCHEMA public; GRANT USAGE ON SCHEMA public TO PUBLIC");
            return spare;
        }
        var name = $"kiln_{Guid.NewGuid():N}";
        Execute(ConnectionOf("postgres"), $"CREATE DATABASE {name}");
        return ConnectionOf(name);
    }

    /// <summary>Takes a database back; nobody is connected to it any more.</summary>
    public void GiveBack(string database) => _spare.Add(database);

    public void Start()
    {
        string[] command = AsItsUser("postgres", "-D", Data, "-h", "127.0.0.1", "-p", $"{_port}", "-c", "unix_socket_directories=", "-c", "fsync=on", "-c", "max_connections=60");
        _process = Process.Start(new ProcessStartInfo("sh", ["-c", Watch, _folder, .. command]) { RedirectStandardInput = true, RedirectStandardError = true, WorkingDirectory = "/" })!;
        _process.ErrorDataReceived += static (_, _) => { };
        _process.BeginErrorReadLine();
        for (var clock = Stopwatch.StartNew(); ; Thread.Sleep(50))
            try
            {
                using var connection = new NpgsqlConnection(ConnectionOf("postgres"));
                connection.Open();
                return;
            }
            catch (NpgsqlException) when (clock.Elapsed < TimeSpan.FromSeconds(60) && !_process.HasExited)
            {
            }
    }

    /// <summary>Ends it as a crash does: nothing is finished, nothing written down.</summary>
    public void Crash() => End("QUIT");

    /// <summary>Ends it, as far as it has not ended by itself, and starts it again.</summary>
    public void Restart()
    {
        End("QUIT");
        Start();
    }

    public void Dispose()
    {
        if (_process is not null) End("INT");
        if (_isOwn) Directory.Delete(_folder, recursive: true);
    }

    static void Execute(string database, string sql)
    {
        using var connection = new NpgsqlConnection(database);
        connection.Open();
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // every text is of this class
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }

    void End(string signal)
    {
        _process!.StandardInput.WriteLine(signal);
        _process.WaitForExit();
        _process.Dispose();
        _process = null;
    }

    static string[] AsItsUser(string program, params string[] arguments)
    {
        string[] command = [Path.Combine(Folder!, program), .. arguments];
        return Environment.IsPrivilegedProcess ? ["setpriv", $"--reuid={User}", $"--regid={User}", "--clear-groups", .. command] : command;
    }

    static void Do(params string[] command)
    {
        using var process = Process.Start(new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = "/" })!;
        var error = process.StandardError.ReadToEndAsync();
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0) throw new InvalidOperationException($"{string.Join(' ', command)}: {error.Result}");
    }

    static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
