using System.Reflection;
using System.Runtime.InteropServices;

namespace Kiln.XGBoost.Native;

/// <summary>Finds and loads libxgboost, once, at the first call into it, and refuses versions this binding is not written for.</summary>
static unsafe partial class XGBoostLibrary
{
    public const string Name = "xgboost";
    public const string Package = "libxgboost0";
    public const string Override = "KILN_XGBOOST";

    static readonly string relativePath = Path.Combine(".kiln", "tools", "xgboost", "libxgboost.so");

    public static IntPtr Resolve(string name, Assembly assembly, DllImportSearchPath? searchPath) => name == Name ? Load() : IntPtr.Zero;

    static IntPtr Load()
    {
        // Idle OpenMP threads sleep: where the cores are shared, spinning ones cost several times the work.
        // .NET keeps its own copy of the environment: getenv, which the libraries ask, sees only what setenv wrote.
        _ = SetEnvironment("OMP_WAIT_POLICY", "passive", overwrite: 1);
        return Load(Find());
    }

    internal static IntPtr Load(string path)
    {
        IntPtr library;
        try
        {
            library = NativeLibrary.Load(path);
        }
        catch (Exception exception) when (exception is DllNotFoundException or BadImageFormatException)
        {
            throw Errors.LibraryBroken(path, exception);
        }

        if (!NativeLibrary.TryGetExport(library, "XGBoostVersion", out var version)) throw Errors.NotXGBoost(path);
        int major, minor, patch;
        ((delegate* unmanaged<int*, int*, int*, void>)version)(&major, &minor, &patch);
        CheckVersion(new(major, minor, patch), path);
        return library;
    }

    /// <summary>The JSON interfaces came with 1.7; the trees' layout and the parameters are known up to the 3 series.</summary>
    internal static void CheckVersion(Version version, string path)
    {
        if (version < new Version(1, 7) || version.Major > 3) throw Errors.WrongVersion(version, path);
    }

    /// <summary>The file an environment variable names, else the nearest one in .kiln/tools of a folder above the program.</summary>
    internal static string Find() => Find(Environment.GetEnvironmentVariable(Override), AppContext.BaseDirectory);

    internal static string Find(string? named, string start)
    {
        if (named is { Length: > 0 }) return File.Exists(named) ? Path.GetFullPath(named) : throw Errors.LibraryMissing($"{named} ({Override})");
        for (var folder = new DirectoryInfo(start); folder is not null; folder = folder.Parent)
        {
            var path = Path.Combine(folder.FullName, relativePath);
            if (File.Exists(path)) return path;
        }

        throw Errors.LibraryMissing($"{relativePath} in {start} and the folders above");
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnvironment(string name, string value, int overwrite);
}
