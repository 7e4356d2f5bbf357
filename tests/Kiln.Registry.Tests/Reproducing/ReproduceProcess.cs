namespace Kiln.Registry.Tests;

/// <summary>A <c>reproduce</c> as a process of its own, with its own folder for temporary files, and programs that wait in the place of real ones.</summary>
sealed class ReproduceProcess : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("kiln-process-").FullName;
    Kiln.Tests.StartedHost? _host;

    public ReproduceProcess() => Directory.CreateDirectory(Temporary);

    /// <summary>The folder for temporary files.</summary>
    public string Temporary => Path.Combine(_folder, "tmp");

    /// <summary>What a program that waits writes to say that it does.</summary>
    public string Mark => Path.Combine(_folder, "waiting");

    public string Printed => _host?.Printed ?? "";

    /// <summary>Puts a script in the place of a program; $REAL is the real one, and <c>wait_here</c> waits until it is ended.</summary>
    public void Replace(string program, string script)
    {
        var path = Path.Combine(_folder, program);
        var real = Environment.GetEnvironmentVariable("PATH")!.Split(':').Select(folder => Path.Combine(folder, program)).First(File.Exists);
        File.WriteAllText(path, $"#!/usr/bin/env bash\nREAL={real}\nwait_here() {{ touch {Mark}; sleep 60; exit 1; }}\n{script}\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    /// <summary>Starts it.</summary>
    public void Start(string workspace, string[] arguments, string? temporary = null)
    {
        _host = new(workspace, arguments,
        [
            ("PATH", $"{_folder}:{Environment.GetEnvironmentVariable("PATH")}"), ("TMPDIR", temporary ?? Temporary), ("WAITING", Mark),
            ("KILN_REGISTRY", null), ("KILN_REGISTRY_FILES", null), ("KILN_CACHE", null),
        ]);
    }

    /// <summary>Waits until a program says that it waits.</summary>
    public Task WaitsAsync() => _host!.UntilAsync(() => File.Exists(Mark));

    /// <summary>Sends a signal to the process, or to all of its group, as a terminal does.</summary>
    public void Signal(string signal, bool toGroup) => _host!.Signal(signal, toGroup);

    public Task<int> EndsAsync() => _host!.EndsAsync();

    public void Dispose()
    {
        _host?.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
