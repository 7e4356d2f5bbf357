using System.Runtime.InteropServices;

namespace Kiln.Torch.Native;

/// <summary>The shim's entry points, and the check that turns their failures into exceptions.</summary>
static unsafe partial class NativeMethods
{
    const string Library = TorchLibrary.Name;

    // Registering cannot fail and loads nothing: the library comes with the first call.
    static NativeMethods() => NativeLibrary.SetDllImportResolver(typeof(NativeMethods).Assembly, TorchLibrary.Resolve);

    public static string LastError() => Marshal.PtrToStringUTF8((nint)LastErrorText()) ?? "no reason given";

    public static int Check(int outcome) => outcome < 0 ? throw Errors.Libtorch() : outcome;

    public static nint Check(nint result) => result == 0 ? throw Errors.Libtorch() : result;

    [LibraryImport(Library, EntryPoint = "kt_last_error")]
    private static partial byte* LastErrorText();

    [LibraryImport(Library, EntryPoint = "kt_last_error_is_memory")]
    public static partial int LastErrorIsMemory();

    [LibraryImport(Library, EntryPoint = "kt_operator", StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint FindOperator(string name, string overload);

    [LibraryImport(Library, EntryPoint = "kt_call")]
    public static partial int Call(nint op, NativeValue* arguments, int count, NativeValue* results, int capacity);

    [LibraryImport(Library, EntryPoint = "kt_free_list")]
    public static partial void FreeList(nint list);

    [LibraryImport(Library, EntryPoint = "kt_release")]
    public static partial void Release(nint handle);

    [LibraryImport(Library, EntryPoint = "kt_empty")]
    public static partial nint Empty(long* sizes, int dimensions, int scalarType, int deviceType, int deviceIndex);

    [LibraryImport(Library, EntryPoint = "kt_describe")]
    public static partial int Describe(TensorHandle tensor, out NativeDescription description, long* sizes, int capacity);

    [LibraryImport(Library, EntryPoint = "kt_data")]
    public static partial nint Data(TensorHandle tensor);

    [LibraryImport(Library, EntryPoint = "kt_set_requires_grad")]
    public static partial int SetRequiresGrad(TensorHandle tensor, int on);

    [LibraryImport(Library, EntryPoint = "kt_is_leaf")]
    public static partial int IsLeaf(TensorHandle tensor);

    [LibraryImport(Library, EntryPoint = "kt_grad")]
    public static partial int Grad(TensorHandle tensor, out nint gradient);

    [LibraryImport(Library, EntryPoint = "kt_set_grad")]
    public static partial int SetGrad(TensorHandle tensor, TensorHandle gradient);

    [LibraryImport(Library, EntryPoint = "kt_set_data")]
    public static partial int SetData(TensorHandle tensor, TensorHandle data);

    [LibraryImport(Library, EntryPoint = "kt_clear_grads")]
    public static partial int ClearGrads(nint* tensors, int count);

    [LibraryImport(Library, EntryPoint = "kt_backward")]
    public static partial int Backward(nint* outputs, nint* gradients, int count, int retainGraph, int createGraph);

    [LibraryImport(Library, EntryPoint = "kt_grad_mode")]
    public static partial int GradMode(int on);

    [LibraryImport(Library, EntryPoint = "kt_clip_grad_norm")]
    public static partial int ClipGradNorm(nint* parameters, int count, double maximum, out double norm);

    [LibraryImport(Library, EntryPoint = "kt_fused_supported")]
    public static partial int FusedSupported(nint* parameters, int count);

    [LibraryImport(Library, EntryPoint = "kt_adam")]
    public static partial int Adam(nint* parameters, nint* averages, nint* squares, long* steps, int count, in NativeAdam settings);

    [LibraryImport(Library, EntryPoint = "kt_sgd")]
    public static partial int Sgd(nint* parameters, nint* buffers, long* steps, int count, in NativeSgd settings);

    [LibraryImport(Library, EntryPoint = "kt_offset_codes")]
    public static partial nint OffsetCodes(TensorHandle codes, TensorHandle counts, TensorHandle offsets);

    [LibraryImport(Library, EntryPoint = "kt_version")]
    public static partial byte* Version();

    [LibraryImport(Library, EntryPoint = "kt_seed")]
    public static partial int Seed(ulong seed);

    [LibraryImport(Library, EntryPoint = "kt_generator_state")]
    public static partial nint GeneratorState(int deviceType, int deviceIndex);

    [LibraryImport(Library, EntryPoint = "kt_set_generator_state")]
    public static partial int SetGeneratorState(int deviceType, int deviceIndex, TensorHandle state);

    [LibraryImport(Library, EntryPoint = "kt_set_threads")]
    public static partial int SetThreads(int count);

    [LibraryImport(Library, EntryPoint = "kt_threads")]
    public static partial int Threads();

    [LibraryImport(Library, EntryPoint = "kt_set_deterministic")]
    public static partial int SetDeterministic(int on);

    [LibraryImport(Library, EntryPoint = "kt_deterministic")]
    public static partial int Deterministic();

    [LibraryImport(Library, EntryPoint = "kt_set_tf32")]
    public static partial int SetTf32(int on);

    [LibraryImport(Library, EntryPoint = "kt_tf32")]
    public static partial int Tf32();

    [LibraryImport(Library, EntryPoint = "kt_autocast_begin")]
    public static partial int BeginAutocast(int deviceType, int scalarType, out NativeAutocast before);

    [LibraryImport(Library, EntryPoint = "kt_autocast_end")]
    public static partial int EndAutocast(int deviceType, in NativeAutocast before);

    [LibraryImport(Library, EntryPoint = "kt_cuda_devices")]
    public static partial int CudaDevices();

    [LibraryImport(Library, EntryPoint = "kt_cuda_memory")]
    public static partial int CudaMemory(int device, out long inUse, out long reserved);

    [LibraryImport(Library, EntryPoint = "kt_cuda_empty_cache")]
    public static partial int EmptyCudaCache();

    [LibraryImport(Library, EntryPoint = "kt_cuda_synchronize")]
    public static partial int SynchronizeCuda(int device);

    [LibraryImport(Library, EntryPoint = "kt_graph_open")]
    public static partial nint OpenGraph(int device);

    [LibraryImport(Library, EntryPoint = "kt_graph_begin")]
    public static partial int BeginGraph(GraphHandle graph);

    [LibraryImport(Library, EntryPoint = "kt_graph_end")]
    public static partial int EndGraph(GraphHandle graph);

    [LibraryImport(Library, EntryPoint = "kt_graph_close")]
    public static partial int CloseGraph(GraphHandle graph);

    [LibraryImport(Library, EntryPoint = "kt_graph_replay")]
    public static partial int ReplayGraph(GraphHandle graph);

    [LibraryImport(Library, EntryPoint = "kt_graph_free")]
    public static partial void FreeGraph(nint graph);

    [LibraryImport(Library, EntryPoint = "kt_script_load", StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint LoadScript(string path, int deviceType, int deviceIndex);

    [LibraryImport(Library, EntryPoint = "kt_script_free")]
    public static partial void FreeScript(nint script);

    [LibraryImport(Library, EntryPoint = "kt_script_methods")]
    public static partial nint ScriptMethods(ScriptHandle script);

    [LibraryImport(Library, EntryPoint = "kt_script_count")]
    public static partial int CountScriptTensors(ScriptHandle script, int buffers);

    [LibraryImport(Library, EntryPoint = "kt_script_tensor")]
    public static partial nint ScriptTensor(ScriptHandle script, int buffers, int number, out byte* name);

    [LibraryImport(Library, EntryPoint = "kt_script_train")]
    public static partial int TrainScript(ScriptHandle script, int on);

    [LibraryImport(Library, EntryPoint = "kt_script_call", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int CallScript(ScriptHandle script, string method, NativeValue* arguments, int count, NativeValue* results, int capacity);
}
