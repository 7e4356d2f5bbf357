using Kiln.Torch.Native;

namespace Kiln.Torch;

/// <summary>Making tensors: empty, filled, random, or from .NET memory.</summary>
public sealed unsafe partial class Tensor
{
    /// <summary>A tensor whose elements are whatever was in the memory.</summary>
    public static Tensor Empty(ReadOnlySpan<long> shape, ScalarType type = ScalarType.Float32, Device device = default)
    {
        fixed (long* sizes = shape)
            return new(NativeMethods.Check(NativeMethods.Empty(sizes, shape.Length, (int)type, (int)device.Type, device.NativeIndex)));
    }

    /// <summary>A tensor of one value.</summary>
    public static Tensor Full(ReadOnlySpan<long> shape, double value, ScalarType type = ScalarType.Float32, Device device = default) =>
        Empty(shape, type, device).Fill(value);

    /// <summary>A tensor of zeros.</summary>
    public static Tensor Zeros(ReadOnlySpan<long> shape, ScalarType type = ScalarType.Float32, Device device = default) =>
        Full(shape, 0, type, device);

    /// <summary>A tensor of ones.</summary>
    public static Tensor Ones(ReadOnlySpan<long> shape, ScalarType type = ScalarType.Float32, Device device = default) =>
        Full(shape, 1, type, device);

    /// <summary>Zeros of this tensor's shape, type and device.</summary>
    public Tensor ZerosLike() => Zeros(Shape.AsSpan(), ScalarType, Device);

    /// <summary>Values drawn from the standard normal distribution.</summary>
    public static Tensor Randn(ReadOnlySpan<long> shape, ScalarType type = ScalarType.Float32, Device device = default) =>
        Empty(shape, type, device).FillNormal();

    /// <summary>Values drawn uniformly from [0, 1).</summary>
    public static Tensor Rand(ReadOnlySpan<long> shape, ScalarType type = ScalarType.Float32, Device device = default) =>
        Empty(shape, type, device).FillUniform(0, 1);

    /// <summary>The numbers 0 … count - 1 in an order drawn from the CPU's generator: Int64 [count].</summary>
    public static Tensor RandomPermutation(long count) => Aten.RandPerm.Call(count, ScalarType.Int64);

    /// <summary>The numbers from <paramref name="start"/> up to, not including, <paramref name="end"/>.</summary>
    public static Tensor Arange(double start, double end, double step = 1, ScalarType type = ScalarType.Float32) =>
        Aten.Arange.Call(start, end, step, type);

    /// <summary>1 on the diagonal and 0 elsewhere: [size, size].</summary>
    public static Tensor Eye(long size, ScalarType type = ScalarType.Float32) => Aten.Eye.Call(size, type);

    /// <summary>A single number.</summary>
    public static Tensor Scalar(double value, ScalarType type = ScalarType.Float32) => Full([], value, type);

    /// <summary>A vector with a copy of the values.</summary>
    public static Tensor From<T>(params ReadOnlySpan<T> values)
        where T : unmanaged => From(values, [values.Length]);

    /// <summary>A tensor with a copy of the values, in row-major order.</summary>
    /// <exception cref="TorchException">The values do not fill the shape.</exception>
    public static Tensor From<T>(ReadOnlySpan<T> values, ReadOnlySpan<long> shape, Device device = default)
        where T : unmanaged
    {
        var tensor = Empty(shape, ScalarTypes.Of<T>());
        if (tensor.ElementCount != values.Length)
        {
            tensor.Dispose();
            throw Errors.WrongLength(values.Length, $"[{string.Join(", ", shape.ToArray())}]");
        }
        values.CopyTo(tensor.AsSpan<T>());
        if (device.Type == DeviceType.Cpu) return tensor;
        using (tensor) return tensor.To(device);
    }

    /// <summary>Sets every element, in place.</summary>
    public Tensor Fill(double value)
    {
        Aten.FillInPlace.Apply(this, value);
        return this;
    }

    /// <summary>Draws every element from a normal distribution, in place.</summary>
    public Tensor FillNormal(double mean = 0, double deviation = 1)
    {
        Aten.NormalInPlace.Apply(this, mean, deviation);
        return this;
    }

    /// <summary>Draws every element uniformly from [from, to), in place.</summary>
    public Tensor FillUniform(double from, double to)
    {
        Aten.UniformInPlace.Apply(this, from, to);
        return this;
    }

    /// <summary>Copies another tensor's elements into this one, converting and broadcasting as needed.</summary>
    public Tensor CopyFrom(Tensor source)
    {
        Aten.CopyInPlace.Apply(this, source);
        return this;
    }

    /// <summary>A copy with memory of its own.</summary>
    public Tensor Clone() => Aten.Clone.Call(this);

    /// <summary>This tensor's elements, contiguous: a second reference where they are so already, else a copy.</summary>
    public Tensor Contiguous() => Aten.Contiguous.Call(this);

    /// <summary>The tensor on another device: a second reference where it is there already, else a copy.</summary>
    public Tensor To(Device device) => Aten.To.Call(this, device, ScalarType);

    /// <summary>The elements as another type: a second reference where they have it already, else a copy.</summary>
    public Tensor To(ScalarType type) => Aten.ToDtype.Call(this, type);
}
