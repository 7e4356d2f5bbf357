using System.Runtime.InteropServices;
using System.Text;
using Kiln.Torch.Native;

namespace Kiln.Torch;

/// <summary>
/// One argument of an <see cref="Operator"/>: anything ATen's schemas know. Values convert implicitly, so that a call reads like
/// the schema; <c>default</c> is None.
/// </summary>
public readonly struct Argument
{
    readonly object? reference;
    readonly long bits;
    readonly Tag tag;

    Argument(Tag tag, object? reference, long bits = 0)
    {
        this.tag = reference is null && tag is not (Tag.Int or Tag.Double or Tag.Bool or Tag.Device) ? Tag.None : tag;
        this.reference = reference;
        this.bits = bits;
    }

    public static implicit operator Argument(Tensor? value) => new(Tag.Tensor, value);

    public static implicit operator Argument(Tensor?[] values) => new(Tag.Tensors, values);

    public static implicit operator Argument(long value) => new(Tag.Int, null, value);

    public static implicit operator Argument(long? value) => value is { } given ? new(Tag.Int, null, given) : default;

    public static implicit operator Argument(int value) => new(Tag.Int, null, value);

    public static implicit operator Argument(double value) => new(Tag.Double, null, BitConverter.DoubleToInt64Bits(value));

    public static implicit operator Argument(double? value) => value is { } given ? given : default(Argument);

    public static implicit operator Argument(bool value) => new(Tag.Bool, null, value ? 1 : 0);

    public static implicit operator Argument(string value) => new(Tag.String, Encoding.UTF8.GetBytes(value));

    public static implicit operator Argument(long[] values) => new(Tag.Ints, values);

    public static implicit operator Argument(double[] values) => new(Tag.Doubles, values);

    public static implicit operator Argument(bool[] values) => new(Tag.Bools, values);

    public static implicit operator Argument(ScalarType value) => new(Tag.Int, null, (long)value);

    public static implicit operator Argument(Device value) => new(Tag.Device, null, ((long)value.Type << 8) | (byte)value.Index);

    /// <summary>Tensors of any list, in its order.</summary>
    public static Argument List(IReadOnlyList<Tensor> tensors) => new(Tag.Tensors, tensors);

    /// <summary>The arguments' kinds, and tensors' types and shapes, for an error.</summary>
    internal static string Describe(ReadOnlySpan<Argument> arguments)
    {
        if (arguments.IsEmpty) return "nothing";
        var texts = new List<string>();
        foreach (var argument in arguments) texts.Add(argument.reference is Tensor tensor ? tensor.ToString() : argument.tag.ToString());
        return string.Join("; ", texts);
    }

    /// <summary>Lays the argument out for the call; <see cref="Yield"/> takes back what it holds.</summary>
    internal unsafe NativeValue Hold()
    {
        var value = new NativeValue { Tag = tag, Integer = bits };
        switch (reference)
        {
            case Tensor tensor:
                value.Pointer = tensor.Acquire();
                break;
            case long[] numbers:
                value.Pointer = Copy<long>(numbers, out value.Count);
                break;
            case double[] numbers:
                value.Pointer = Copy<double>(numbers, out value.Count);
                break;
            case bool[] flags:
                value.Pointer = Copy<bool>(flags, out value.Count);
                break;
            case byte[] text:
                value.Pointer = Copy<byte>(text, out value.Count);
                break;
            case IReadOnlyList<Tensor?> tensors:
                value.Pointer = (nint)new HandleList(tensors).Pointer;
                value.Count = tensors.Count;
                break;
        }
        return value;
    }

    internal unsafe void Yield(in NativeValue value)
    {
        switch (reference)
        {
            case null:
                break;
            case Tensor tensor:
                tensor.Yield();
                break;
            case IReadOnlyList<Tensor?> tensors:
                foreach (var tensor in tensors) tensor?.Yield();
                NativeMemory.Free((void*)value.Pointer);
                break;
            default:
                NativeMemory.Free((void*)value.Pointer);
                break;
        }
    }

    static unsafe nint Copy<T>(ReadOnlySpan<T> values, out int count)
        where T : unmanaged
    {
        count = values.Length;
        var copy = NativeMemory.Alloc((nuint)Math.Max(1, count), (nuint)sizeof(T));
        values.CopyTo(new Span<T>(copy, count));
        return (nint)copy;
    }
}
