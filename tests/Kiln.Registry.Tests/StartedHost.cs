using System.Diagnostics;
using System.Text;

namespace Kiln.Tests;

/// <summary>These tests' own program (<see cref="Host"/>) as a process, in a process group of its own: to be interrupted and killed.</summary>
sealed class StartedHost : IDisposable
{
    // The machine may be busy with other tests.
    static readonly TimeSpan patience = TimeSpan.FromSeconds(120);

    readonly Process _process;
    readonly StringBuilder _printed = new();

    /// <param name="workspace">Where it works.</param>
    /// <param name="arguments">The command line.</param>
    /// <param name="environment">Variables that are set; null takes one away.</param>
    public StartedHost(string workspace, string[] arguments, IEnumerable<(string Name, string? Value)> environment)
    {
        // A test run that was itself started in the background has SIGINT ignored, and hands that on.
        string[] command = ["env", "--default-signal=INT", "dotnet", typeof(StartedHost).Assembly.Location, .. arguments];
        var start = new ProcessStartInfo("setsid", command) { WorkingDirectory = workspace, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment)
            if (value is null) start.Environment.Remove(name);
            else start.Environment[name] = value;
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Take(line.Data);
        _process.ErrorDataReceived += (_, line) => Take(line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public string Printed
    {
        get
        {
            lock (_printed) return _printed.ToString();
        }
    }

    public Task PrintsAsync(string text) => UntilAsync(() => Printed.Contains(text, StringComparison.Ordinal));

    /// <summary>Waits until it has a file open.</summary>
    public Task OpensAsync(string file) => UntilAsync(() => HasOpen(file));

    /// <summary>Waits until something is so, as long as the process lives.</summary>
    public async Task UntilAsync(Func<bool> isSo)
    {
        for (var clock = Stopwatch.StartNew(); !isSo(); await Task.Delay(20))
            if (clock.Elapsed > patience || _process.HasExited) throw new InvalidOperationException("It does not come to that: " + Printed);
    }

    /// <summary>Sends a signal to the process, or to all of its group, as a terminal does.</summary>
    public void Signal(string signal, bool toGroup = false)
    {
        using var kill = Process.Start("bash", ["-c", $"kill -{signal} -- {(toGroup ? "-" : "")}{_process.Id}"]);
        kill.WaitForExit();
    }

    /// <summary>Waits for the end, and gives the exit code.</summary>
    public async Task<int> EndsAsync()
    {
        using var limit = new CancellationTokenSource(patience);
        await _process.WaitForExitAsync(limit.Token);
        return _process.ExitCode;
    }

    public void Dispose()
    {
        if (!_process.HasExited) Signal("KILL", toGroup: true);
        _process.Dispose();
    }

    bool HasOpen(string file)
    {
        try
        {
            return Directory.EnumerateFiles($"/proc/{_process.Id}/fd").Any(opened => new FileInfo(opened).LinkTarget == file);
        }
        catch (IOException)
        {
            return false; // one was closed meanwhile
        }
    }

    void Take(string? line)
    {
        if (line is null) return;
        lock (_printed) _printed.Append(line).Append('\n');
    }
}
