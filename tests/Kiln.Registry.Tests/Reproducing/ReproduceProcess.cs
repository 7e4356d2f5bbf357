using System.Diagnostics;
using System.Text;

namespace Kiln.Registry.Tests;

/// <summary>A <c>reproduce</c> as a process of its own, with its own folder for temporary files, and programs that wait in the place of real ones.</summary>
sealed class ReproduceProcess : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("kiln-process-").FullName;
    readonly StringBuilder _printed = new();
    Process? _process;

    public ReproduceProcess() => Directory.CreateDirectory(Temporary);

    /// <summary>The folder for temporary files.</summary>
    public string Temporary => Path.Combine(_folder, "tmp");

    /// <summary>What a program that waits writes to say that it does.</summary>
    public string Mark => Path.Combine(_folder, "waiting");

    public string Printed
    {
        get
        {
            lock (_printed) return _printed.ToString();
        }
    }

    /// <summary>Puts a script in the place of a program; $REAL is the real one, and <c>wait_here</c> waits until it is ended.</summary>
    public void Replace(string program, string script)
    {
        var path = Path.Combine(_folder, program);
        var real = Environment.GetEnvironmentVariable("PATH")!.Split(':').Select(folder => Path.Combine(folder, program)).First(File.Exists);
        File.WriteAllText(path, $"#!/usr/bin/env bash\nREAL={real}\nwait_here() {{ touch {Mark}; sleep 60; exit 1; }}\n{script}\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    /// <summary>Starts it in a process group of its own.</summary>
    public void Start(string workspace, string[] arguments, string? temporary = null)
    {
        // A test run that was itself started in the background has SIGINT ignored, and hands that on.
        var start = new ProcessStartInfo("setsid", ["env", "--default-signal=INT", "dotnet", Path.Combine(AppContext.BaseDirectory, "Kiln.Registry.Tests.dll"), .. arguments])
        {
            WorkingDirectory = workspace,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["PATH"] = $"{_folder}:{start.Environment["PATH"]}";
        start.Environment["TMPDIR"] = temporary ?? Temporary;
        start.Environment["WAITING"] = Mark;
        foreach (var variable in (string[])["KILN_REGISTRY", "KILN_REGISTRY_FILES", "KILN_CACHE"]) start.Environment.Remove(variable);
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Take(line.Data);
        _process.ErrorDataReceived += (_, line) => Take(line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>Waits until a program says that it waits.</summary>
    public async Task WaitsAsync()
    {
        for (var left = 600; !File.Exists(Mark); left--)
        {
            if (left == 0 || _process!.HasExited) throw new InvalidOperationException("It does not come to wait: " + Printed);
            await Task.Delay(50);
        }
    }

    /// <summary>Sends a signal to the process, or to all of its group, as a terminal does.</summary>
    public void Signal(string signal, bool toGroup)
    {
        using var kill = Process.Start("bash", ["-c", $"kill -{signal} -- {(toGroup ? "-" : "")}{_process!.Id}"]);
        kill.WaitForExit();
    }

    public async Task<int> EndsAsync()
    {
        await _process!.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(40));
        return _process.ExitCode;
    }

    public void Dispose()
    {
        if (_process is { HasExited: false }) Signal("KILL", toGroup: true);
        _process?.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    void Take(string? line)
    {
        lock (_printed) _printed.AppendLine(line);
    }
}
