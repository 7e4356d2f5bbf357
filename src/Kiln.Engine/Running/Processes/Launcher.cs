using System.Collections.Concurrent;
using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Text;

namespace Kiln.Running;

/// <summary>
/// The small program that starts others, one after another: what they start dies with them, also when this process is killed, and it can put
/// them in a sandbox. A launcher that has ended its program is kept for the next, for starting one costs more than a small program's whole run.
/// Where it is not set up, programs are started directly: a killed run may then leave one behind.
/// </summary>
sealed unsafe partial class Launcher : IDisposable
{
    /// <summary>How long the launcher itself may take to kill what it started, which it does more thoroughly than a signal to its group.</summary>
    public static readonly TimeSpan Killing = TimeSpan.FromSeconds(2);

    static readonly ConcurrentBag<Launcher> Free = [];

    readonly int _socket;
    readonly ChildProcess _process;
    readonly bool _isKept;

    static Launcher()
    {
        Orphans.Adopt();
        AppDomain.CurrentDomain.ProcessExit += (_, _) =>
        {
            while (Free.TryTake(out var free)) free.Dispose();
        };
    }

    Launcher(IReadOnlyList<int> descriptors)
    {
        var ends = stackalloc int[2];
        if (Native.SocketPair(Native.Unix, Native.Stream | Native.CloseOnExecute, 0, ends) != 0) throw new Win32Exception();
        _socket = ends[0];
        _isKept = descriptors.Count == 0;
        try
        {
            _process = new ChildProcess(new ChildStart(Program!, _isKept ? ["kiln-launch"] : ["kiln-launch", "once"], [], "/", "/dev/null") { Descriptors = [ends[1], .. descriptors], Grace = Killing }, CancellationToken.None);
        }
        catch
        {
            _ = Native.Close(_socket);
            throw;
        }
        finally
        {
            _ = Native.Close(ends[1]);
        }
    }

    /// <summary>Where it stands, or null where it is not set up.</summary>
    public static string? Program { get; } = NativeTools.Find("launch/kiln-launch");

    /// <summary>The version of the kernel's Landlock, which keeps a process to the files it may open; 0 where there is none.</summary>
    public static int LandlockVersion { get; } = (int)Math.Max(0, Native.SystemCall(Native.CreateRuleset, 0, 0, Native.AskVersion));

    /// <summary>A launcher that has been asked for a program.</summary>
    /// <param name="start">The program.</param>
    /// <param name="rules">A sandbox's rules; none for no sandbox.</param>
    /// <exception cref="Win32Exception">The launcher could not be started.</exception>
    public static Launcher Begin(ChildStart start, IReadOnlyList<string> rules)
    {
        var request = Request(start, rules);
        while (start.Descriptors.Count == 0 && Free.TryTake(out var free))
            if (free.TrySend(request)) return free;
            else free.Dispose(); // someone killed it

        var begun = new Launcher(start.Descriptors);
        if (begun.TrySend(request)) return begun;
        begun.Dispose();
        throw new Win32Exception(Native.BrokenPipe);
    }

    /// <summary>Tells the program to stop: once with the grace it was started with, again at once. Nothing happens where it has ended.</summary>
    public void Stop() => TrySend(new byte[sizeof(Header)]);

    /// <summary>Kills the launcher and with it the program: for one that does not answer.</summary>
    public void Kill() => _process.Kill();

    /// <summary>Waits for the program's end.</summary>
    public ChildEnd End()
    {
        Answer answer;
        if (!TryReceive(&answer, sizeof(Answer))) return Lost();
        var notes = new byte[answer.NotesSize];
        fixed (byte* bytes = notes)
            if (!TryReceive(bytes, notes.Length)) return Lost();
        return new ChildEnd((answer.Status >> 8) & 0xff, answer.Status & 0x7f, TimeSpan.FromMicroseconds(answer.Microseconds), answer.PeakKibibytes * 1024)
        {
            Report = LaunchReport.Of(answer.Error, notes),
            IsSilent = answer.PrintedBytes == 0,
        };
    }

    /// <summary>Keeps it for the next program.</summary>
    public void GiveBack()
    {
        if (_isKept && !_process.HasEnded) Free.Add(this);
        else Dispose();
    }

    public void Dispose()
    {
        _ = Native.Close(_socket);
        _process.Dispose();
    }

    /// <summary>Someone killed it, the program perhaps, which ended the same way; what that started is left to this process.</summary>
    ChildEnd Lost()
    {
        _process.Kill();
        var end = _process.Wait();
        Orphans.Kill();
        return end;
    }

    static byte[] Request(ChildStart start, IReadOnlyList<string> rules)
    {
        // A loop and pointers in place of a query and of generic writing: code for those would be compiled in every run that starts a program.
        string[] texts = [start.Folder, start.Log, start.Program, .. start.Arguments, .. start.Environment, .. rules];
        var size = 0;
        foreach (var text in texts) size += Encoding.UTF8.GetByteCount(text) + 1;
        var request = new byte[sizeof(Header) + size];
        fixed (byte* header = request)
            *(Header*)header = new Header
            {
                Size = (uint)size,
                Grace = (uint)Math.Min(start.Grace.TotalMilliseconds, int.MaxValue),
                Arguments = (uint)start.Arguments.Count,
                Variables = (uint)start.Environment.Count,
                Rules = (uint)rules.Count,
            };
        var at = sizeof(Header);
        foreach (var text in texts) at += Encoding.UTF8.GetBytes(text, request.AsSpan(at)) + 1;
        return request;
    }

    bool TrySend(byte[] bytes)
    {
        fixed (byte* start = bytes)
            for (nint done = 0; done < bytes.Length;)
            {
                var count = Native.Send(_socket, start + done, bytes.Length - done, Native.NoSignal);
                if (count > 0) done += count;
                else if (Marshal.GetLastPInvokeError() != Native.Interrupted) return false;
            }

        return true;
    }

    bool TryReceive(void* bytes, int size)
    {
        for (nint done = 0; done < size;)
        {
            var count = Native.Receive(_socket, (byte*)bytes + done, size - done, 0);
            if (count > 0) done += count;
            else if (count == 0 || Marshal.GetLastPInvokeError() != Native.Interrupted) return false;
        }

        return true;
    }

    /// <summary>As in native/launch.h.</summary>
    struct Header
    {
        public uint Size, Grace, Arguments, Variables, Rules;
    }

    /// <summary>As in native/launch.h.</summary>
    struct Answer
    {
        public int Status, Error;
        public long Microseconds, PeakKibibytes, PrintedBytes, NotesSize;
    }

    static partial class Native
    {
        public const int Unix = 1, Stream = 1, CloseOnExecute = 0x80000, NoSignal = 0x4000, Interrupted = 4, BrokenPipe = 32;
        public const int CreateRuleset = 444, AskVersion = 1;

        [LibraryImport("libc", EntryPoint = "socketpair", SetLastError = true)]
        public static partial int SocketPair(int family, int kind, int protocol, int* ends);

        [LibraryImport("libc", EntryPoint = "send", SetLastError = true)]
        public static partial nint Send(int socket, byte* bytes, nint size, int flags);

        [LibraryImport("libc", EntryPoint = "recv", SetLastError = true)]
        public static partial nint Receive(int socket, byte* bytes, nint size, int flags);

        [LibraryImport("libc", EntryPoint = "close")]
        public static partial int Close(int file);

        [LibraryImport("libc", EntryPoint = "syscall")]
        public static partial long SystemCall(nint number, nint attributes, nint size, nint flags);
    }
}

/// <summary>What the launcher has to tell of a program.</summary>
/// <param name="Error">Why it could not be started, as an error number; 0 where it was.</param>
/// <param name="Read">Files it tried to read and was not allowed to, by their real paths.</param>
/// <param name="Written">Files it tried to write and was not allowed to, by their real paths.</param>
/// <param name="AskedForNetwork">Whether it tried to open a connection and was not allowed to.</param>
sealed record LaunchReport(int Error, IReadOnlyList<string> Read, IReadOnlyList<string> Written, bool AskedForNetwork)
{
    public static readonly LaunchReport Nothing = new(0, [], [], false);

    public static LaunchReport Of(int error, byte[] notes)
    {
        if (error == 0 && notes.Length == 0) return Nothing;
        var entries = Encoding.UTF8.GetString(notes).Split('\0', StringSplitOptions.RemoveEmptyEntries);
        IReadOnlyList<string> OfKind(char kind) => [.. entries.Where(entry => entry[0] == kind).Select(entry => entry[2..])];
        return new LaunchReport(error, OfKind('r'), OfKind('w'), OfKind('n').Count > 0);
    }
}
