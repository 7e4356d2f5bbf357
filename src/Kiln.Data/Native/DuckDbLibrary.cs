using System.Reflection;
using System.Runtime.InteropServices;

namespace Kiln.Data.Native;

/// <summary>Finds and loads libduckdb: <c>KILN_DUCKDB</c>, or .kiln/tools in the nearest folder above the program.</summary>
static class DuckDbLibrary
{
    public const string Name = "duckdb";
    public const string Override = "KILN_DUCKDB";
    static readonly string Relative = Path.Combine(".kiln", "tools", "node_modules", "@duckdb", "node-bindings-linux-x64", "libduckdb.so");

    public static void Register() => NativeLibrary.SetDllImportResolver(typeof(DuckDbLibrary).Assembly, Resolve);

    static nint Resolve(string name, Assembly assembly, DllImportSearchPath? search)
    {
        if (name != Name) return 0;
        var path = Find();
        try
        {
            return NativeLibrary.Load(path);
        }
        catch (Exception e) when (e is DllNotFoundException or BadImageFormatException)
        {
            throw Errors.LibraryUnloadable(path, e);
        }
    }

    static string Find()
    {
        if (Environment.GetEnvironmentVariable(Override) is { Length: > 0 } named)
            return File.Exists(named) ? named : throw Errors.LibraryMissing(named);
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var path = Path.Combine(folder.FullName, Relative);
            if (File.Exists(path)) return path;
        }
        throw Errors.LibraryMissing(Relative);
    }
}
