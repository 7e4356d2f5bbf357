using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Diagnostics;

namespace Kiln.Torch;

/// <summary>A tensor that nobody has disposed, and where it was made.</summary>
/// <param name="Number">The order of making.</param>
/// <param name="Description">Type, shape and device.</param>
/// <param name="Stack">The call stack at its making.</param>
public sealed record LiveTensor(long Number, string Description, string Stack);

/// <summary>
/// The debug mode that finds leaks: between <see cref="Start"/> and disposal it notes every tensor made here (on this thread and
/// in the tasks it starts), and <see cref="Live"/> tells which were not disposed. A tensor left to the garbage collector stays on
/// the list. It costs a stack trace a tensor, so it is for tests and for looking.
/// </summary>
public sealed class TensorTracker : IDisposable
{
    static readonly AsyncLocal<TensorTracker?> current = new();
    static int running;

    readonly ConcurrentDictionary<Native.TensorHandle, LiveTensor> live = new(ReferenceEqualityComparer.Instance);
    readonly TensorTracker? outer = current.Value;
    long made;

    TensorTracker()
    {
    }

    /// <summary>The tensors made since <see cref="Start"/> and not disposed, oldest first.</summary>
    public ImmutableArray<LiveTensor> Live => [.. live.Values.OrderBy(tensor => tensor.Number)];

    /// <summary>Begins to note.</summary>
    public static TensorTracker Start()
    {
        Interlocked.Increment(ref running);
        return current.Value = new TensorTracker();
    }

    public void Dispose()
    {
        if (!ReferenceEquals(current.Value, this)) return;
        current.Value = outer;
        Interlocked.Decrement(ref running);
    }

    internal static void Created(Tensor tensor)
    {
        if (Volatile.Read(ref running) == 0 || current.Value is not { } tracker) return;
        var number = Interlocked.Increment(ref tracker.made);
        tracker.live[tensor.Handle] = new(number, tensor.ToString(), new StackTrace(2, fNeedFileInfo: true).ToString());
    }

    internal static void Disposed(Tensor tensor)
    {
        if (Volatile.Read(ref running) == 0) return;
        for (var tracker = current.Value; tracker is not null; tracker = tracker.outer) tracker.live.TryRemove(tensor.Handle, out _);
    }
}
