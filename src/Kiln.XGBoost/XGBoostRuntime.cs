using System.Runtime.InteropServices;
using System.Text.Json;
using Kiln.XGBoost.Native;

namespace Kiln.XGBoost;

/// <summary>What holds for the library as a whole.</summary>
public static unsafe class XGBoostRuntime
{
    /// <summary>The library's version.</summary>
    /// <exception cref="XGBoostException">The library is missing, does not load, or is of a version that is not supported.</exception>
    public static Version Version
    {
        get
        {
            NativeMethods.GetVersion(out var major, out var minor, out var patch);
            return new(major, minor, patch);
        }
    }

    /// <summary>Whether the library was built to use NVIDIA GPUs.</summary>
    public static bool HasCuda
    {
        get
        {
            NativeMethods.Check(NativeMethods.BuildInfo(out var json));
            using var info = JsonDocument.Parse(Marshal.PtrToStringUTF8((nint)json)!);
            return info.RootElement.TryGetProperty("USE_CUDA", out var cuda) && cuda.ValueKind == JsonValueKind.True;
        }
    }
}
