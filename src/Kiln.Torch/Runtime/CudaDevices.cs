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

    // libtorch has initialised the driver by the time it counts a device.
    static nint Find(string function) => Count > 0 && NativeLibrary.TryGetExport(driver.Value, function, out var address) ? address : 0;
}
