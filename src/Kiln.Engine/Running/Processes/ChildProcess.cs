using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;

namespace Kiln.Running;

/// <summary>How a program is to be started. Paths are absolute.</summary>
/// <param name="Program">The file to execute.</param>
/// <param name="Arguments">All arguments, the program's name first.</param>
/// <param name="Environment">The whole environment, as NAME=value.</param>
/// <param name="Folder">Where it starts.</param>
/// <param name="Log">The file its output goes to.</param>
sealed record ChildStart(string Program, IReadOnlyList<string> Arguments, IReadOnlyList<string> Environment, string Folder, string Log)
{
    /// <summary>Descriptors it gets as 3, 4 and so on.</summary>
    public IReadOnlyList<int> Descriptors { get; init; } = [];

    /// <summary>How long it may take to stop when it is told to, before it is killed.</summary>
    public required TimeSpan Grace { get; init; }
}

/// <summary>How a program ended.</summary>
/// <param name="ExitCode">What it answered, where no signal ended it.</param>
/// <param name="Signal">The signal that ended it, or 0.</param>
/// <param name="Processor">The processor time of it and of what it waited for.</param>
/// <param name="PeakMemory">The most memory one of these processes held, in bytes.</param>
readonly record struct ChildEnd(int ExitCode, int Signal, TimeSpan Processor, long PeakMemory)
{
    /// <summary>What the launcher told of it.</summary>
    public LaunchReport Report { get; init; } = LaunchReport.Nothing;

    /// <summary>Whether it is known to have printed nothing.</summary>
    public bool IsSilent { get; init; }
}

/// <summary>
/// A program in a session of its own, so that one that asks at the terminal fails and does not stop for ever, with nothing to read, and whose
/// output goes to a file: no pipe has to be emptied, so the thread that wants it done waits for it. posix_spawn copies no page table, which for a process of this size costs more than a small program's whole run.
/// </summary>
sealed unsafe partial class ChildProcess : IDisposable
{
    static readonly HashSet<int> Started = []; // also its own lock

    readonly int _id;
    readonly Lock _gate = new();
    readonly Timer _killing;
    readonly CancellationTokenRegistration _cancelled;

    /// <summary>Starts a program; cancelled, it and everything in its group is told to stop, and after its grace killed.</summary>
    /// <exception cref="Win32Exception">It could not be started.</exception>
    public ChildProcess(ChildStart start, CancellationToken cancellation)
    {
        lock (Started) Started.Add(_id = Spawn(start));
        _killing = new Timer(_ => Signal(Native.Killed));
        _cancelled = cancellation.Register(() =>
        {
            Signal(Native.Terminated);
            _killing.Change(start.Grace, Timeout.InfiniteTimeSpan);
        });
    }

    /// <summary>Whether it was waited for.</summary>
    public bool HasEnded { get; private set; }

    /// <summary>Which of this process's children were not started here. None is started while they are looked for.</summary>
    public static List<int> Beside(IEnumerable<int> children)
    {
        lock (Started) return [.. children.Where(child => !Started.Contains(child))];
    }

    /// <summary>Runs a program to its end.</summary>
    /// <exception cref="Win32Exception">It could not be started.</exception>
    public static ChildEnd Run(ChildStart start, CancellationToken cancellation)
    {
        using var child = new ChildProcess(start, cancellation);
        return child.Wait();
    }

    /// <summary>Waits for its end: called once.</summary>
    public ChildEnd Wait()
    {
        while (Native.WaitId(Native.OneProcess, _id, null, Native.Exited | Native.LeaveWaitable) != 0)
            if (Marshal.GetLastPInvokeError() != Native.Interrupted) throw new Win32Exception();
        lock (_gate)
        {
            HasEnded = true;
            _ = Native.Kill(-_id, Native.Killed); // what it left behind, while the group still has its number
            lock (Started)
            {
                if (Native.Wait4(_id, out var status, 0, out var usage) != _id) throw new Win32Exception();
                Started.Remove(_id);
                return new ChildEnd((status >> 8) & 0xff, status & 0x7f, usage.User.Span + usage.System.Span, usage.PeakKibibytes * 1024);
            }
        }
    }

    /// <summary>Kills it where it was not waited for.</summary>
    public void Dispose()
    {
        _cancelled.Dispose();
        _killing.Dispose();
        if (HasEnded) return;
        Signal(Native.Killed);
        Wait();
    }

    public void Kill() => Signal(Native.Killed);

    /// <summary>Until it is waited for, no other process can get its number.</summary>
    void Signal(int signal)
    {
        lock (_gate)
            if (!HasEnded) _ = Native.Kill(-_id, signal);
    }

    static int Spawn(ChildStart start)
    {
        var attributes = stackalloc byte[Native.StructSize];
        var actions = stackalloc byte[Native.StructSize];
        var signals = stackalloc byte[Native.SignalSetSize];
        Check(Native.InitAttributes(attributes));
        Check(Native.InitActions(actions));
        using var strings = new NativeStrings();
        try
        {
            Check(Native.FillSignals(signals));
            Check(Native.SetDefaultSignals(attributes, signals)); // the runtime ignores SIGPIPE, and a child would too
            new Span<byte>(signals, Native.SignalSetSize).Clear();
            Check(Native.SetSignalMask(attributes, signals));
            Check(Native.SetFlags(attributes, Native.OwnSession | Native.DefaultSignals | Native.SignalMask));
            Check(Native.AddFolder(actions, strings.Add(start.Folder)));
            Check(Native.AddOpen(actions, 0, strings.Add("/dev/null"), Native.ReadOnly, 0));
            Check(Native.AddOpen(actions, 1, strings.Add(start.Log), Native.WriteOnly | Native.Create | Native.Truncate | Native.Append, 0b110_100_100));
            Check(Native.AddDuplicate(actions, 1, 2));
            // First out of the way of each other, above all of them, then to their places.
            var spare = 3 + start.Descriptors.Count;
            foreach (var descriptor in start.Descriptors) spare = Math.Max(spare, descriptor + 1);
            for (var i = 0; i < start.Descriptors.Count; i++) Check(Native.AddDuplicate(actions, start.Descriptors[i], spare + i));
            for (var i = 0; i < start.Descriptors.Count; i++) Check(Native.AddDuplicate(actions, spare + i, 3 + i));
            for (var i = 0; i < start.Descriptors.Count; i++) Check(Native.AddClose(actions, spare + i));
            Check(Native.Spawn(out var id, strings.Add(start.Program), actions, attributes, strings.Add(start.Arguments), strings.Add(start.Environment)));
            return id;
        }
        finally
        {
            _ = Native.FreeActions(actions);
            _ = Native.FreeAttributes(attributes);
        }
    }

    static void Check(int error)
    {
        if (error != 0) throw new Win32Exception(error);
    }

    /// <summary>Texts as C has them, freed together.</summary>
    sealed class NativeStrings : IDisposable
    {
        readonly List<nint> _held = [];

        public byte* Add(string text)
        {
            var memory = (byte*)NativeMemory.Alloc((nuint)Encoding.UTF8.GetMaxByteCount(text.Length) + 1);
            _held.Add((nint)memory);
            var length = Encoding.UTF8.GetBytes(text, new Span<byte>(memory, Encoding.UTF8.GetMaxByteCount(text.Length)));
            memory[length] = 0;
            return memory;
        }

        public byte** Add(IReadOnlyList<string> texts)
        {
            var list = (byte**)NativeMemory.Alloc((nuint)(texts.Count + 1), (nuint)sizeof(byte*));
            _held.Add((nint)list);
            for (var i = 0; i < texts.Count; i++) list[i] = Add(texts[i]);
            list[texts.Count] = null;
            return list;
        }

        public void Dispose()
        {
            foreach (var memory in _held) NativeMemory.Free((void*)memory);
        }
    }
}
