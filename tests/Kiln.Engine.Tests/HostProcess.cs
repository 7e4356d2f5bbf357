using System.Diagnostics;
using System.Text;

namespace Kiln.Tests;

/// <summary>The test host as a process of its own, working in a space: to be interrupted, killed, and raced with.</summary>
sealed class HostProcess : IDisposable
{
    public const string Interrupt = "-INT", Kill = "-KILL";

    readonly Process _process;
    readonly StringBuilder _printed = new();
    readonly Dictionary<string, TaskCompletionSource> _awaited = [];

    HostProcess(Process process) => _process = process;

    public string Printed
    {
        get
        {
            lock (_printed) return _printed.ToString();
        }
    }

    public static HostProcess Start(PipelineSpace space, params string[] arguments) => StartWith(space, [], arguments);

    /// <summary>As a user who is kept out of a folder by its rights, which root is not.</summary>
    public static HostProcess StartUnprivileged(PipelineSpace space, params string[] arguments) =>
        StartBy(Environment.IsPrivilegedProcess ? ["setpriv", "--bounding-set", "-dac_override,-dac_read_search", "--inh-caps", "-dac_override,-dac_read_search"] : [], space, [], arguments);

    public static HostProcess StartWith(PipelineSpace space, Dictionary<string, string> environment, params string[] arguments) => StartBy([], space, environment, arguments);

    static HostProcess StartBy(string[] starter, PipelineSpace space, Dictionary<string, string> environment, string[] arguments)
    {
        // A test run that was itself started in the background has SIGINT ignored, and hands that on.
        string[] command = [.. starter, "env", "--default-signal=INT", "dotnet", Path.Combine(AppContext.BaseDirectory, "PipelineHost.dll"), .. arguments];
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            WorkingDirectory = space.Root,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["DOTNET_TieredPGO"] = "0";
        foreach (var (name, value) in environment) start.Environment[name] = value;
        var host = new HostProcess(new Process { StartInfo = start });
        host._process.OutputDataReceived += (_, line) => host.Take(line.Data);
        host._process.ErrorDataReceived += (_, line) => host.Take(line.Data);
        host._process.Start();
        host._process.BeginOutputReadLine();
        host._process.BeginErrorReadLine();
        return host;
    }

    /// <summary>Waits until a line with this text was printed.</summary>
    public async Task PrintsAsync(string text)
    {
        TaskCompletionSource seen;
        lock (_printed)
        {
            if (_printed.ToString().Contains(text, StringComparison.Ordinal)) return;
            _awaited[text] = seen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        await seen.Task.WaitAsync(TimeSpan.FromSeconds(30));
    }

    public void Signal(string signal)
    {
        using var kill = Process.Start("bash", ["-c", $"kill {signal} {_process.Id}"]);
        kill.WaitForExit();
    }

    /// <summary>Waits for the end, and gives the exit code (128 + the signal's number where one ended it).</summary>
    public async Task<int> EndsAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        await _process.WaitForExitAsync(limit.Token);
        return _process.ExitCode;
    }

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill();
        _process.Dispose();
    }

    void Take(string? line)
    {
        if (line is null) return;
        lock (_printed)
        {
            _printed.Append(line).Append('\n');
            foreach (var (text, seen) in _awaited)
                if (line.Contains(text, StringComparison.Ordinal)) seen.TrySetResult();
        }
    }
}
