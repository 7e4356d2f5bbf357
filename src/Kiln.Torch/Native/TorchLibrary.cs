using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace Kiln.Torch.Native;

/// <summary>
/// Finds and loads the shim, once, at the first call into it. Libraries read some of their settings only while they load, so
/// those are put into the process's environment just before.
/// </summary>
static partial class TorchLibrary
{
    public const string Name = "kiln_torch";
    public const string FileName = "libkiln_torch.so";

    const string Override = "KILN_TORCH_LIBRARY";
    static readonly string relativePath = Path.Combine(".kiln", "tools", "torch", FileName);

    public static IntPtr Resolve(string name, Assembly assembly, DllImportSearchPath? searchPath) => name == Name ? Load() : IntPtr.Zero;

    static IntPtr Load()
    {
        FixArithmetic();
        var path = Find();
        try
        {
            return NativeLibrary.Load(path);
        }
        catch (Exception exception) when (exception is DllNotFoundException or BadImageFormatException)
        {
            throw Errors.LibraryBroken(path, exception);
        }
    }

    /// <summary>The file an environment variable names, else the nearest one in .kiln/tools of a folder above the program.</summary>
    internal static string Find()
    {
        if (Environment.GetEnvironmentVariable(Override) is { Length: > 0 } named)
            return File.Exists(named) ? named : throw Errors.LibraryMissing([$"{named} ({Override})"]);
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var path = Path.Combine(folder.FullName, relativePath);
            if (File.Exists(path)) return path;
        }
        throw Errors.LibraryMissing([$"{relativePath} in {AppContext.BaseDirectory} and the folders above"]);
    }

    /// <summary>The same arithmetic on every processor that has AVX2, whatever the caller's environment says.</summary>
    static void FixArithmetic()
    {
        // Two layers of threads fight each other: OpenBLAS stays on the thread that calls it, and idle OpenMP threads sleep.
        Set("OPENBLAS_NUM_THREADS", "1");
        Set("OMP_WAIT_POLICY", "passive");
        // Left alone, each library picks kernels and block sizes by the processor and by the caller's environment, and sums in another order.
        if (!Avx2.IsSupported) return;
        Set("OPENBLAS_CORETYPE", "Haswell");
        Set("OPENBLAS_L2_SIZE", "512");
        Set("ATEN_CPU_CAPABILITY", "avx2");
    }

    /// <summary>Sets a variable that a library reads later than when it loads, and leaves it where there is one.</summary>
    public static void SetUnlessGiven(string name, string value) => _ = SetEnvironment(name, value, overwrite: 0);

    // .NET keeps its own copy of the environment: getenv, which the libraries ask, sees only what setenv wrote.
    static void Set(string name, string value) => _ = SetEnvironment(name, value, overwrite: 1);

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnvironment(string name, string value, int overwrite);
}
