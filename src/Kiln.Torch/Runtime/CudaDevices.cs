using System.Runtime.InteropServices;
using System.Text;
using Kiln.Torch.Native;

namespace Kiln.Torch;

/// <summary>The GPUs libtorch can use. Names and sizes come from NVIDIA's driver library, so that no CUDA headers are needed.</summary>
public static unsafe class CudaDevices
{
    static readonly Lazy<nint> driver = new(() => NativeLibrary.TryLoad("libcuda.so.1", out var library) ? library : 0);

    /// <summary>How many there are; 0 with a libtorch without CUDA, too.</summary>
    public static int Count => NativeMethods.CudaDevices();

    /// <summary>The GPU's name and memory, as the driver tells them.</summary>
    public static string Describe(int index)
    {
        var name = Name(index) ?? $"CUDA device {index}";
        return TotalMemory(index) is { } bytes ? $"{name}, {bytes >> 20} MiB" : name;
    }

    /// <summary>The GPU's memory in bytes, or null where the driver does not tell.</summary>
    public static long? TotalMemory(int index)
    {
        nuint bytes;
        var total = (delegate* unmanaged<nuint*, int, int>)Find("cuDeviceTotalMem_v2");
        return total != null && total(&bytes, index) == 0 ? (long)bytes : null;
    }

    /// <summary>The bytes of the tensors alive on the GPU.</summary>
    /// <exception cref="TorchException">There is no CUDA here.</exception>
    public static long MemoryInUse(int index) => Memory(index).InUse;

    /// <summary>The bytes that libtorch has taken from the driver: for tensors alive, and kept for later ones.</summary>
    /// <exception cref="TorchException">There is no CUDA here.</exception>
    public static long MemoryReserved(int index) => Memory(index).Reserved;

    /// <summary>The bytes of the GPU that no process has taken.</summary>
    /// <exception cref="TorchException">There is no such GPU, or its driver does not tell.</exception>
    public static long MemoryFree(int index)
    {
        nint context = 0;
        nuint free = 0, total = 0;
        var retain = (delegate* unmanaged<nint*, int, int>)Find("cuDevicePrimaryCtxRetain");
        var push = (delegate* unmanaged<nint, int>)Find("cuCtxPushCurrent_v2");
        var ask = (delegate* unmanaged<nuint*, nuint*, int>)Find("cuMemGetInfo_v2");
        var pop = (delegate* unmanaged<nint*, int>)Find("cuCtxPopCurrent_v2");
        var release = (delegate* unmanaged<int, int>)Find("cuDevicePrimaryCtxRelease_v2");
        if (retain == null || push == null || ask == null || pop == null || release == null || retain(&context, index) != 0)
            throw Errors.NoCuda($"the free memory of cuda:{index}", WhyNone());
        var told = push(context) == 0 && ask(&free, &total) == 0;
        _ = pop(&context);
        _ = release(index);
        return told ? (long)free : throw Errors.NoCuda($"the free memory of cuda:{index}", "a driver that does not tell");
    }

    /// <summary>
    /// The share of the time, in percent, in which the GPU computed something, of any process: over the last second or less, as NVML
    /// samples it. Null where the driver does not tell, or there is no such GPU.
    /// </summary>
    public static int? Utilization(int index) => BusId(index) is { } busId ? Nvml.Installed?.Utilization(busId) : null;

    /// <summary>Gives the memory that is kept for later tensors back to the driver, for other processes.</summary>
    /// <exception cref="TorchException">There is no CUDA here.</exception>
    public static void EmptyCache()
    {
        if (Count == 0) throw Errors.NoCuda("the cache of GPU memory", WhyNone());
        NativeMethods.Check(NativeMethods.EmptyCudaCache());
    }

    /// <summary>Waits until everything asked of the GPU is done: calls return when their work is queued.</summary>
    /// <exception cref="TorchException">There is no CUDA here.</exception>
    public static void Synchronize(int index)
    {
        if (index >= Count) throw Errors.NoCuda($"cuda:{index}", WhyNone());
        NativeMethods.Check(NativeMethods.SynchronizeCuda(index));
    }

    static (long InUse, long Reserved) Memory(int index)
    {
        if (index >= Count) throw Errors.NoCuda($"the memory of cuda:{index}", WhyNone());
        NativeMethods.Check(NativeMethods.CudaMemory(index, out var inUse, out var reserved));
        return (inUse, reserved);
    }

    internal static string WhyNone() => Count switch
    {
        > 0 => $"{Count} CUDA device(s), numbered from 0",
        _ when driver.Value == 0 => "no NVIDIA driver (libcuda.so.1) on this machine",
        _ => $"libtorch {TorchRuntime.Version} here sees no GPU: it was built without CUDA, or none is visible",
    };

    static string? Name(int index)
    {
        var text = stackalloc byte[256];
        var name = (delegate* unmanaged<byte*, int, int, int>)Find("cuDeviceGetName");
        return name != null && name(text, 256, index) == 0 ? Encoding.UTF8.GetString(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(text)) : null;
    }

    // NVML numbers the GPUs of the machine, CUDA those that the process may see: the place on the bus is the same to both.
    static string? BusId(int index)
    {
        const int length = 32;
        var text = stackalloc byte[length];
        var ask = (delegate* unmanaged<byte*, int, int, int>)Find("cuDeviceGetPCIBusId");
        return ask != null && ask(text, length, index) == 0 ? Marshal.PtrToStringUTF8((nint)text) : null;
    }

    // libtorch has initialised the driver by the time it counts a device.
    static nint Find(string function) => Count > 0 && NativeLibrary.TryGetExport(driver.Value, function, out var address) ? address : 0;
}
