using System.Runtime.InteropServices;

namespace Kiln.Torch.Native;

/// <summary>
/// NVIDIA's management library (NVML), which comes with the driver: how busy GPUs are. Loaded when it is first asked for; everything that
/// it does not tell is null. Its handles are good until the process ends.
/// </summary>
sealed unsafe class Nvml
{
    static readonly Lazy<Nvml?> installed = new(() => TryLoad("libnvidia-ml.so.1"));

    readonly delegate* unmanaged<byte*, nint*, int> handleOf;
    readonly delegate* unmanaged<nint, Use*, int> useOf;

    Nvml(nint handleOf, nint useOf)
    {
        this.handleOf = (delegate* unmanaged<byte*, nint*, int>)handleOf;
        this.useOf = (delegate* unmanaged<nint, Use*, int>)useOf;
    }

    /// <summary>The driver's; null where there is none.</summary>
    public static Nvml? Installed => installed.Value;

    /// <summary>Loads and initialises a library; null where it is missing, lacks a function, or finds no driver.</summary>
    public static Nvml? TryLoad(string library)
    {
        if (!NativeLibrary.TryLoad(library, out var loaded)) return null;
        if (NativeLibrary.TryGetExport(loaded, "nvmlInit_v2", out var start)
            && NativeLibrary.TryGetExport(loaded, "nvmlDeviceGetHandleByPciBusId_v2", out var handleOf)
            && NativeLibrary.TryGetExport(loaded, "nvmlDeviceGetUtilizationRates", out var useOf)
            && ((delegate* unmanaged<int>)start)() == 0) return new(handleOf, useOf);
        NativeLibrary.Free(loaded);
        return null;
    }

    /// <summary>Percent of the last sample's time in which a kernel ran on the GPU at a place on the bus; null where it is not told, as of parts of a GPU (MIG).</summary>
    public int? Utilization(string busId)
    {
        var text = Marshal.StringToCoTaskMemUTF8(busId);
        try
        {
            nint device;
            Use use;
            return handleOf((byte*)text, &device) == 0 && useOf(device, &use) == 0 ? (int)use.Gpu : null;
        }
        finally
        {
            Marshal.FreeCoTaskMem(text);
        }
    }

    /// <summary>nvmlUtilization_t: percent of the time.</summary>
    struct Use
    {
        public uint Gpu;
        public uint Memory;
    }
}
