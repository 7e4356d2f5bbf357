using Kiln.Torch.Native;

namespace Kiln.Torch;

/// <summary>
/// One ATen operator, named as in PyTorch's native functions: <c>new Operator("aten::add", "Tensor")</c>. It is looked up at its
/// first call. Arguments follow the schema's order; those left out at the end take their defaults.
/// </summary>
public sealed class Operator(string name, string overload = "")
{
    const int MostResults = 16;

    nint descriptor;

    /// <summary>The operator's full name.</summary>
    public string Name { get; } = overload.Length == 0 ? name : name + "." + overload;

    /// <summary>Whether the loaded libtorch has it: newer versions have more.</summary>
    public bool Exists => descriptor != 0 || (descriptor = NativeMethods.FindOperator(name, overload)) != 0;

    /// <summary>Calls an operator that returns one tensor; the caller owns it.</summary>
    /// <exception cref="TorchException">libtorch refused: its message, and the tensors' types and shapes.</exception>
    public unsafe Tensor Call(params ReadOnlySpan<Argument> arguments)
    {
        var results = stackalloc NativeValue[MostResults];
        var count = Invoke(arguments, results);
        if (count != 1 || results[0].Tag != Tag.Tensor || results[0].Pointer == 0) throw Unexpected(results, count);
        return new Tensor(results[0].Pointer);
    }

    /// <summary>Calls an in-place operator and drops the result, which is one of the arguments.</summary>
    /// <exception cref="TorchException">libtorch refused: its message, and the tensors' types and shapes.</exception>
    public unsafe void Apply(params ReadOnlySpan<Argument> arguments)
    {
        var results = stackalloc NativeValue[MostResults];
        NativeResults.Release(results, Invoke(arguments, results));
    }

    /// <summary>Calls an operator that returns several tensors or a list of them; the caller owns each.</summary>
    /// <exception cref="TorchException">libtorch refused: its message, and the tensors' types and shapes.</exception>
    public unsafe Tensor[] CallMany(params ReadOnlySpan<Argument> arguments)
    {
        var results = stackalloc NativeValue[MostResults];
        var count = Invoke(arguments, results);
        return NativeResults.TakeTensors(results, count);
    }

    /// <summary>Calls an operator that returns a number; integers and truth values become doubles.</summary>
    /// <exception cref="TorchException">libtorch refused: its message, and the tensors' types and shapes.</exception>
    public unsafe double CallNumber(params ReadOnlySpan<Argument> arguments)
    {
        var results = stackalloc NativeValue[MostResults];
        var count = Invoke(arguments, results);
        if (count != 1) throw Unexpected(results, count);
        return results[0].Tag switch
        {
            Tag.Double => results[0].Real,
            Tag.Int or Tag.Bool => results[0].Integer,
            _ => throw Unexpected(results, count),
        };
    }

    unsafe int Invoke(ReadOnlySpan<Argument> arguments, NativeValue* results)
    {
        if (!Exists) throw Errors.Libtorch();
        var values = stackalloc NativeValue[arguments.Length];
        var held = 0;
        try
        {
            for (; held < arguments.Length; held++) values[held] = arguments[held].Hold();
            return NativeMethods.Check(NativeMethods.Call(descriptor, values, held, results, MostResults));
        }
        finally
        {
            for (var i = 0; i < held; i++) arguments[i].Yield(values[i]);
        }
    }

    unsafe TorchException Unexpected(NativeValue* results, int count) => Errors.NotATensor(Name, NativeResults.TakeKinds(results, count));
}
