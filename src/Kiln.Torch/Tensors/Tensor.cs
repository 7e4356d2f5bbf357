using System.Collections.Immutable;
using Kiln.Torch.Native;

namespace Kiln.Torch;

/// <summary>
/// A multi-dimensional array of numbers in libtorch's memory. Whoever gets a tensor from a method owns it and disposes it, unless
/// a <see cref="TensorScope"/> is open on the thread: then the scope owns what is made while it is the innermost one. Names and
/// meanings are PyTorch's, in C# casing.
/// </summary>
public sealed unsafe partial class Tensor : IDisposable
{
    const int UsualDimensions = 8;

    internal Tensor(nint owned)
    {
        Handle = new TensorHandle(owned);
        TensorScope.Adopt(this);
        TensorTracker.Created(this);
    }

    internal TensorHandle Handle { get; }

    /// <summary>The scope that will dispose this tensor, or null where its holder does.</summary>
    internal TensorScope? Owner { get; set; }

    internal bool IsDisposed => Handle.IsClosed;

    /// <summary>The size of each dimension; empty for a single number.</summary>
    public ImmutableArray<long> Shape
    {
        get
        {
            var sizes = stackalloc long[UsualDimensions];
            var dimensions = Describe(sizes, UsualDimensions).Dimensions;
            if (dimensions <= UsualDimensions) return [.. new ReadOnlySpan<long>(sizes, dimensions)];
            var all = new long[dimensions];
            fixed (long* more = all) Describe(more, dimensions);
            return [.. all];
        }
    }

    /// <summary>The number of dimensions.</summary>
    public int Dimensions => Describe().Dimensions;

    /// <summary>The number of elements.</summary>
    public long ElementCount => Describe().Elements;

    /// <summary>The type of the elements.</summary>
    public ScalarType ScalarType => (ScalarType)Describe().ScalarType;

    /// <summary>Where the elements are.</summary>
    public Device Device
    {
        get
        {
            var description = Describe();
            return new((DeviceType)description.DeviceType, Math.Max(0, description.DeviceIndex));
        }
    }

    /// <summary>Whether the elements lie in memory in the order of their indices, without gaps.</summary>
    public bool IsContiguous => Describe().Contiguous != 0;

    /// <summary>The size of one dimension; a negative number counts from the last.</summary>
    public long Size(int dimension)
    {
        var shape = Shape;
        var index = dimension < 0 ? dimension + shape.Length : dimension;
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)shape.Length, nameof(dimension));
        return shape[index];
    }

    /// <summary>Releases the tensor's reference to its memory. Views of it keep the memory alive.</summary>
    public void Dispose()
    {
        if (IsDisposed) return;
        TensorTracker.Disposed(this);
        Handle.Dispose();
    }

    public override string ToString() => IsDisposed ? "Tensor (disposed)" : $"{ScalarType} [{string.Join(", ", Shape)}] on {Device}";

    /// <summary>The native tensor for one call: it cannot be released before <see cref="Yield"/>.</summary>
    internal nint Acquire()
    {
        var acquired = false;
        try
        {
            Handle.DangerousAddRef(ref acquired);
        }
        catch (ObjectDisposedException)
        {
            throw Errors.Disposed("tensor");
        }
        return Handle.DangerousGetHandle();
    }

    internal void Yield() => Handle.DangerousRelease();

    NativeDescription Describe(long* sizes = null, int capacity = 0)
    {
        if (IsDisposed) throw Errors.Disposed("tensor");
        NativeMethods.Check(NativeMethods.Describe(Handle, out var description, sizes, capacity));
        return description;
    }
}
