using Kiln.Torch.Native;

namespace Kiln.Torch;

/// <summary>Reading elements into .NET.</summary>
public sealed unsafe partial class Tensor
{
    /// <summary>
    /// The elements in place, in row-major order: writing to the span writes to the tensor. The span is valid only while the
    /// tensor is: keep the tensor, and do not hold the span longer.
    /// </summary>
    /// <exception cref="TorchException">Not on the CPU, not contiguous, or of another element type.</exception>
    public Span<T> AsSpan<T>()
        where T : unmanaged
    {
        var description = Describe();
        if ((ScalarType)description.ScalarType != ScalarTypes.Of<T>()) throw Errors.WrongElementType(ScalarType, typeof(T), ShapeText());
        return new(Memory(description), checked((int)description.Elements));
    }

    /// <summary>A copy of the elements in row-major order, from any device.</summary>
    /// <exception cref="TorchException">The elements are of another type.</exception>
    public T[] ToArray<T>()
        where T : unmanaged
    {
        if (IsContiguous && Device.Type == DeviceType.Cpu) return AsSpan<T>().ToArray();
        using var here = To(Device.Cpu);
        using var rows = here.Contiguous();
        return rows.AsSpan<T>().ToArray();
    }

    /// <summary>The only element, as a double.</summary>
    /// <exception cref="TorchException">The tensor has more than one element, or none.</exception>
    public double Item() => Aten.Item.CallNumber(this);

    /// <summary>Writes the elements' bytes, however many.</summary>
    internal void WriteTo(Stream stream)
    {
        using var bytes = Bytes();
        bytes.CopyTo(stream);
    }

    /// <summary>Fills the elements with a stream's next bytes.</summary>
    internal void ReadFrom(Stream stream)
    {
        using var bytes = Bytes();
        var buffer = new byte[Math.Min(bytes.Length, 1 << 20)];
        while (bytes.Position < bytes.Length)
        {
            var part = buffer.AsSpan(0, (int)Math.Min(buffer.Length, bytes.Length - bytes.Position));
            stream.ReadExactly(part);
            bytes.Write(part);
        }
    }

    Stream Bytes()
    {
        var description = Describe();
        var length = description.Elements * description.ElementBytes;
        return length == 0 ? new MemoryStream([]) : new UnmanagedMemoryStream((byte*)Memory(description), length, length, FileAccess.ReadWrite);
    }

    void* Memory(in NativeDescription description)
    {
        if (description.Contiguous == 0 || description.DeviceType != (int)DeviceType.Cpu) throw Errors.NotReadable(ToString());
        // An empty tensor has no memory, which is no error.
        return description.Elements == 0 ? null : (void*)NativeMethods.Check(NativeMethods.Data(Handle));
    }

    string ShapeText() => $"[{string.Join(", ", Shape)}]";
}
