using System.Runtime.InteropServices;
using Kiln.Running;

namespace Kiln.Hosting;

/// <summary>
/// What SIGINT and SIGTERM do. Work that watches for it, as a run does, has its token set and ends in order; a second signal ends the process at once.
/// Where nothing watches, the first does: a database takes back by itself what was not committed, and files are put in their places whole.
/// </summary>
sealed partial class Interruption : IDisposable
{
    readonly CancellationTokenSource _source = new();
    readonly PosixSignalRegistration _interrupt, _terminate;
    volatile bool _isWatched;
    int _arrived;

    public Interruption() => (_interrupt, _terminate) = (PosixSignalRegistration.Create(PosixSignal.SIGINT, Arrive), PosixSignalRegistration.Create(PosixSignal.SIGTERM, Arrive));

    /// <summary>Set by the first signal, where it is watched.</summary>
    public CancellationToken Token => _source.Token;

    /// <summary>What is printed where the process ends at once.</summary>
    public string LastWords { get; set; } = "Interrupted.";

    /// <summary>From here on who asked ends by this token, and the process is not ended under it.</summary>
    public CancellationToken Watch()
    {
        _isWatched = true;
        return Token;
    }

    public void Dispose()
    {
        _interrupt.Dispose();
        _terminate.Dispose();
        _source.Dispose();
    }

    void Arrive(PosixSignalContext signal)
    {
        signal.Cancel = true;
        if (Interlocked.Exchange(ref _arrived, 1) == 0)
        {
            if (_isWatched)
            {
                _source.Cancel();
                return;
            }

            Say(LastWords);
        }

        ExitNow((int)ExitCode.Interrupted);
    }

    static void Say(string words)
    {
        try
        {
            Console.Error.WriteLine(words);
        }
        catch (IOException)
        {
            // Nobody reads it: the exit code says it too.
        }
    }

    /// <summary>Without what .NET does at the end: it would wait for work that does not listen.</summary>
    [LibraryImport("libc", EntryPoint = "_exit")]
    private static partial void ExitNow(int code);
}
