using Kiln.Torch.Native;

namespace Kiln.Torch;

/// <summary>Every error this project raises itself, in one place: what, the facts, the next step.</summary>
static class Errors
{
    public static TorchException Libtorch()
    {
        if (NativeMethods.LastErrorIsMemory() == 0) return new("libtorch refused: " + NativeMethods.LastError());
        return new($"There is not enough memory: {NativeMethods.LastError()}\nTake a smaller batch, a smaller model, or a device with more memory.") { IsOutOfMemory = true };
    }

    public static TorchException BadScript(string path, string reason) => new(
        $"""
        The file does not load as a TorchScript module:
          file    {path}
          reason  {Indented(reason)}
        Save one with torch.jit.script(model).save(path) or torch.jit.trace(model, example).save(path); a state dictionary is no module.
        """)
    { Reason = reason };

    public static TorchException NoScriptMethod(string path, string method, IEnumerable<string> methods) => new(
        $"""
        The TorchScript module has no such method:
          file       {path}
          asked for  {method}
        {string.Join('\n', methods.Select(known => "  it has     " + known).DefaultIfEmpty("  it has     none"))}
        Mark methods other than forward with @torch.jit.export before saving.
        """);

    public static TorchException ScriptCall(string path, string method, string given, string reason) => new(
        $"""
        The TorchScript module refused the call:
          file    {path}
          method  {method}
          given   {given}
          reason  {Indented(reason)}
        Give what the method's signature asks for, in the types and shapes that the module was made for.
        """)
    { Reason = reason };

    public static TorchException ScriptResult(string path, string method, string result, string asked) => new(
        $"""
        The TorchScript module's result is not what the caller expects:
          file    {path}
          method  {method}
          result  {result}
          wanted  {asked}
        Call is for one tensor, CallMany for a tuple or list of them, CallNamed for a dictionary from names to them.
        """);

    public static TorchException NoAutocast(Device device, ScalarType type) => new(
        $"""
        Nothing is computed in that type there:
          device  {device}
          type    {type}
        The CPU takes BFloat16, a GPU BFloat16 or Float16.
        """);

    public static TorchException LibraryMissing(IEnumerable<string> lookedFor, Exception? inner = null) => new(
        $"""
        The libtorch shim {TorchLibrary.FileName} is not here:
        {string.Join('\n', lookedFor.Select(place => "  looked for  " + place))}
        Run ./build.sh: it installs libtorch and compiles the shim. KILN_TORCH_LIBRARY=<file> names one elsewhere.
        """,
        inner);

    public static TorchException LibraryBroken(string path, Exception inner) => new(
        $"""
        The libtorch shim does not load:
          file    {path}
          reason  {inner.Message}
        Run ./build.sh: it installs libtorch and compiles the shim against it.
        """,
        inner);

    public static TorchException NoCuda(string requested, string reason) => new(
        $"""
        There is no CUDA device to run on:
          asked for  {requested}
          found      {reason}
        Use "auto" or "cpu", or build against a libtorch with CUDA (KILN_LIBTORCH=<folder>, then ./build.sh) on a machine with a GPU.
        """);

    public static TorchException UnknownDevice(string text) => new(
        $"""
        No such device:
          asked for  {text}
        Use auto, cpu, cuda or cuda:<number>.
        """);

    public static TorchException WrongElementType(ScalarType actual, Type asked, string shape) => new(
        $"""
        The tensor holds another type of number:
          tensor     {actual} {shape}
          asked for  {asked.Name}
        Convert it first: tensor.To(ScalarType.…).
        """);

    public static TorchException NotReadable(string tensor) => new(
        $"""
        The tensor's memory cannot be viewed as it is:
          tensor  {tensor}
        A view needs a contiguous CPU tensor; ToArray copies from any.
        """);

    public static TorchException WrongLength(long values, string shape) => new(
        $"""
        The number of values does not fill the shape:
          values  {values}
          shape   {shape}
        """);

    public static TorchException NotATensor(string operation, string result) => new(
        $"""
        The operator's result is not what the caller expects:
          operator  {operation}
          result    {result}
        """);

    public static TorchException WrongDimensions(string layer, string taken, string input) => new(
        $"""
        The layer takes inputs of another number of dimensions:
          layer  {layer}
          takes  {taken}
          input  {input}
        Unsqueeze, reshape or flatten the input first.
        """);

    public static TorchException WrongRowWeights(string weights, string losses) => new(
        $"""
        Row weights are one number a row:
          weights  {weights}
          losses   {losses}
        Give a tensor [n] beside n rows; weights of single elements or classes go to the loss's constructor.
        """);

    public static TorchException UnknownCode(string found) => new(
        $"""
        There is no vector for a code:
          found  {found}
        Give categories that training does not see a code of their own, counted with the others.
        """);

    public static TorchException OddGate(string input) => new(
        $"""
        A gated unit halves the last dimension, which is odd:
          input  {input}
        Give the layer before it twice as many outputs as the unit is to have.
        """);

    public static TorchException NoVariance(string input) => new(
        $"""
        Batch normalization needs more than one value a feature to train on:
          input  {input}
        Use batches of at least two rows, or Eval() for inference.
        """);

    public static TorchException Disposed(string what) => new($"The {what} was disposed already; whoever disposed it owned it.");

    public static TorchException ScopeOutOfOrder() => new(
        "A TensorScope was closed on another thread, or before a scope opened inside it. Open and close a scope in one method, with using.");

    public static TorchException StateMismatch(string what, IEnumerable<(string Label, string Value)> facts) => new(
        what + string.Concat(facts.Select(fact => $"\n  {fact.Label}  {fact.Value}")) + "\nThe state was saved from another architecture or by other settings.");

    public static TorchException BadFile(string path, string reason) => new(
        $"""
        The safetensors file cannot be trusted:
          file    {path}
          reason  {reason}
        Nothing of it was loaded.
        """);

    static string Indented(string reason) => string.Join("\n          ", reason.TrimEnd().Split('\n'));
}
