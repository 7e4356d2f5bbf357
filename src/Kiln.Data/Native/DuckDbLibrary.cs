using System.Reflection;
using System.Runtime.InteropServices;

namespace Kiln.Data.Native;

/// <summary>Finds and loads libduckdb: <c>KILN_DUCKDB</c>, or .kiln/tools in the nearest folder above the program.</summary>
static class DuckDbLibrary
{
    public const string Name = "duckdb";
    public const string Override = "KILN_DUCKDB";
    public const string Tool = "node_modules/@duckdb/node-bindings-linux-x64/libduckdb.so";

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
        return NativeTools.Find(Tool) ?? throw Errors.LibraryMissing(Path.Combine(".kiln", "tools", Tool));
    }
}
