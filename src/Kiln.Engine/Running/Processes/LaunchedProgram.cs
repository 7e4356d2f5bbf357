using System.ComponentModel;

namespace Kiln.Running;

/// <summary>A program under a launcher; cancelled, it is told to stop, and after its grace killed with all it started.</summary>
sealed class LaunchedProgram : IDisposable
{
    readonly Launcher _launcher;
    readonly CancellationTokenRegistration _cancelled;
    Timer? _killing;
    bool _hasEnded;

    /// <param name="start">The program.</param>
    /// <param name="rules">A sandbox's rules; none for no sandbox.</param>
    /// <param name="cancellation">Set when it is to stop.</param>
    /// <exception cref="Win32Exception">The launcher could not be started.</exception>
    public LaunchedProgram(ChildStart start, IReadOnlyList<string> rules, CancellationToken cancellation)
    {
        _launcher = Launcher.Begin(start, rules);
        _cancelled = cancellation.Register(() =>
        {
            _launcher.Stop();
            _killing = new Timer(_ => _launcher.Kill(), null, start.Grace + Launcher.Killing, Timeout.InfiniteTimeSpan);
        });
    }

    /// <summary>Waits for its end: called once.</summary>
    public ChildEnd Wait()
    {
        var end = _launcher.End();
        _hasEnded = true;
        _cancelled.Dispose(); // from here on nobody stops the launcher's next program
        if (_killing is null) _launcher.GiveBack();
        else
        {
            _killing.Dispose();
            _launcher.Dispose();
        }

        return end;
    }

    /// <summary>Kills it where it was not waited for.</summary>
    public void Dispose()
    {
        if (_hasEnded) return;
        _launcher.Stop();
        _launcher.Stop();
        Wait();
    }
}
