using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Kiln.Torch.Native;

namespace Kiln.Torch;

/// <summary>
/// A model that PyTorch saved as TorchScript (<c>torch.jit.script(model).save(path)</c> or <c>torch.jit.trace</c>): to score with, after
/// <see cref="Module.Eval"/> and under <see cref="NoGrad"/>, or to train on. Its parameters and buffers are there under PyTorch's names;
/// gradients flow through it, and its state is saved and loaded as any module's. What was traced keeps the mode it was traced in.
/// <para>
/// No Python runs, but the file is a program all the same: TorchScript's interpreter runs its code with every operator of libtorch, some
/// of which open files, and libtorch's readers were not written against hostile files. Load only what one would run.
/// </para>
/// </summary>
public sealed unsafe class ScriptModule : Module<Tensor, Tensor>
{
    const int MostResults = 256;

    readonly ScriptHandle handle;
    readonly string path;

    ScriptModule(ScriptHandle handle, string path)
    {
        (this.handle, this.path) = (handle, path);
        for (var i = 0; i < NativeMethods.CountScriptTensors(handle, buffers: 0); i++)
        {
            var parameter = Take(buffers: 0, i, out var name);
            // What was frozen in PyTorch stays so.
            var learns = parameter.RequiresGrad;
            AddParameter(name, parameter).RequiresGrad = learns;
        }
        for (var i = 0; i < NativeMethods.CountScriptTensors(handle, buffers: 1); i++)
        {
            var buffer = Take(buffers: 1, i, out var name);
            AddBuffer(name, buffer);
        }
        Methods = [.. ReadMethods().Split('\n', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal)];
    }

    /// <summary>What can be called: <c>forward(Tensor x) -> Tensor</c>.</summary>
    public ImmutableArray<string> Methods { get; }

    /// <summary>Loads a file to a device, whatever device it was saved from.</summary>
    /// <exception cref="TorchException">The file is missing, cut off, or no TorchScript; or there is no such device.</exception>
    public static ScriptModule Load(string path, Device device = default)
    {
        if (!File.Exists(path)) throw Errors.BadScript(path, "there is no such file");
        if (device.Type == DeviceType.Cuda && device.Index >= CudaDevices.Count) throw Errors.NoCuda(device.ToString(), CudaDevices.WhyNone());
        var loaded = NativeMethods.LoadScript(path, (int)device.Type, device.NativeIndex);
        if (loaded == 0) throw NativeMethods.LastErrorIsMemory() != 0 ? Errors.Libtorch() : Errors.BadScript(path, NativeMethods.LastError());
        return new(new ScriptHandle(loaded), path);
    }

    /// <summary>Calls the method <c>forward</c> with one tensor.</summary>
    /// <exception cref="TorchException">It takes or returns something else, or failed: its signature, what it was given, and why.</exception>
    public override Tensor Forward(Tensor input) => Call("forward", input);

    /// <summary>Calls a method that returns one tensor; the caller owns it. Arguments left out at the end take their defaults.</summary>
    /// <exception cref="TorchException">There is no such method, it takes or returns something else, or failed.</exception>
    public Tensor Call(string method, params ReadOnlySpan<Argument> arguments)
    {
        var results = stackalloc NativeValue[MostResults];
        var count = Invoke(method, arguments, results);
        if (count != 1 || results[0].Tag != Tag.Tensor || results[0].Pointer == 0) throw Unexpected(method, results, count, "one tensor");
        return new Tensor(results[0].Pointer);
    }

    /// <summary>Calls a method that returns a tuple or a list of tensors; the caller owns each.</summary>
    /// <exception cref="TorchException">There is no such method, it takes or returns something else, or failed.</exception>
    public Tensor[] CallMany(string method, params ReadOnlySpan<Argument> arguments)
    {
        var results = stackalloc NativeValue[MostResults];
        var count = Invoke(method, arguments, results);
        for (var i = 0; i < count; i++)
            if (results[i].Tag is not (Tag.Tensor or Tag.Tensors)) throw Unexpected(method, results, count, "tensors");
        return NativeResults.TakeTensors(results, count);
    }

    /// <summary>Calls a method that returns a dictionary from names to tensors; the caller owns each.</summary>
    /// <exception cref="TorchException">There is no such method, it takes or returns something else, or failed.</exception>
    public IReadOnlyDictionary<string, Tensor> CallNamed(string method, params ReadOnlySpan<Argument> arguments)
    {
        var results = stackalloc NativeValue[MostResults];
        var count = Invoke(method, arguments, results);
        var names = new List<string>();
        for (var i = 0; i < count; i += 2)
        {
            if (i + 1 == count || results[i].Tag != Tag.String || results[i + 1].Tag != Tag.Tensor) throw Unexpected(method, results, count, "names with tensors");
            names.Add(NativeResults.Text(results[i]));
        }
        return names.Zip(NativeResults.TakeTensors(results, count)).ToDictionary(pair => pair.First, pair => pair.Second, StringComparer.Ordinal);
    }

    public override void Train(bool on = true)
    {
        base.Train(on);
        NativeMethods.Check(NativeMethods.TrainScript(handle, on ? 1 : 0));
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) handle.Dispose();
        base.Dispose(disposing);
    }

    int Invoke(string method, ReadOnlySpan<Argument> arguments, NativeValue* results)
    {
        if (handle.IsClosed) throw Errors.Disposed("TorchScript module");
        var signature = Methods.FirstOrDefault(known => known.StartsWith(method + "(", StringComparison.Ordinal)) ?? throw Errors.NoScriptMethod(path, method, Methods);
        var values = stackalloc NativeValue[arguments.Length];
        var held = 0;
        try
        {
            for (; held < arguments.Length; held++) values[held] = arguments[held].Hold();
            var count = NativeMethods.CallScript(handle, method, values, held, results, MostResults);
            if (count >= 0) return count;
        }
        finally
        {
            for (var i = 0; i < held; i++) arguments[i].Yield(values[i]);
        }
        throw NativeMethods.LastErrorIsMemory() != 0 ? Errors.Libtorch() : Errors.ScriptCall(path, signature, Argument.Describe(arguments), NativeMethods.LastError());
    }

    TorchException Unexpected(string method, NativeValue* results, int count, string asked) =>
        Errors.ScriptResult(path, method, NativeResults.TakeKinds(results, count), asked);

    Tensor Take(int buffers, int number, out string name)
    {
        var tensor = new Tensor(NativeMethods.Check(NativeMethods.ScriptTensor(handle, buffers, number, out var text)));
        name = Marshal.PtrToStringUTF8((nint)text)!;
        return tensor;
    }

    string ReadMethods()
    {
        var text = NativeMethods.Check(NativeMethods.ScriptMethods(handle));
        try
        {
            return Marshal.PtrToStringUTF8(text)!;
        }
        finally
        {
            NativeMethods.FreeList(text);
        }
    }
}
