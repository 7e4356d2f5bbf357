using System.Runtime.InteropServices;
using Kiln.Torch.Native;

namespace Kiln.Torch;

/// <summary>What holds for the whole process: libtorch's version, its random generators, threads and determinism.</summary>
public static unsafe class TorchRuntime
{
    /// <summary>The version of libtorch that the shim was compiled against.</summary>
    public static string Version => Marshal.PtrToStringUTF8((nint)NativeMethods.Version()) ?? "";

    /// <summary>
    /// How many threads one operator uses. Results are the same bits only for the same number. Each .NET thread takes the number
    /// over when it first calls libtorch, so set it on the thread that computes, before it computes.
    /// </summary>
    public static int Threads
    {
        get => NativeMethods.Threads();
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            NativeMethods.Check(NativeMethods.SetThreads(value));
        }
    }

    /// <summary>
    /// Whether an operator with no deterministic implementation fails instead of running. On a GPU that includes cuDNN, and cuBLAS,
    /// which reads its setting for it when it first computes: turn this on before.
    /// </summary>
    public static bool Deterministic
    {
        get => NativeMethods.Deterministic() != 0;
        set
        {
            if (value) TorchLibrary.SetUnlessGiven("CUBLAS_WORKSPACE_CONFIG", ":4096:8");
            NativeMethods.Check(NativeMethods.SetDeterministic(value ? 1 : 0));
        }
    }

    /// <summary>
    /// Whether GPUs may multiply single-precision matrices and convolve with 10 bits of mantissa instead of 23 (TF32): several times
    /// faster, and other bits. The CPU does not change.
    /// </summary>
    public static bool AllowTf32
    {
        get => NativeMethods.Check(NativeMethods.Tf32()) != 0;
        set => NativeMethods.Check(NativeMethods.SetTf32(value ? 1 : 0));
    }

    /// <summary>Seeds the generators of all devices, as <c>torch.manual_seed</c> does.</summary>
    public static void Seed(ulong seed) => NativeMethods.Check(NativeMethods.Seed(seed));

    /// <summary>The state of a device's generator, as bytes [n]; the caller owns the tensor.</summary>
    public static Tensor GeneratorState(Device device) =>
        new(NativeMethods.Check(NativeMethods.GeneratorState((int)device.Type, device.NativeIndex)));

    /// <summary>Puts a device's generator back into a state taken earlier.</summary>
    public static void SetGeneratorState(Device device, Tensor state) =>
        NativeMethods.Check(NativeMethods.SetGeneratorState((int)device.Type, device.NativeIndex, state.Handle));
}
