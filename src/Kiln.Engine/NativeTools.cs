using Kiln.Fingerprinting;

namespace Kiln;

/// <summary>
/// Finds what <c>build.sh</c> sets up in <c>.kiln/tools</c>: native libraries and scripts, in the nearest folder above the program that has them.
/// </summary>
public static class NativeTools
{
    /// <summary>The absolute path of a tool, or null where it is not set up.</summary>
    /// <param name="relativePath">Its path below <c>.kiln/tools</c>.</param>
    public static string? Find(string relativePath)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var path = Path.Combine(folder.FullName, ".kiln", "tools", relativePath);
            if (Surroundings.Exists(path)) return path;
        }

        return null;
    }

    /// <summary>A native library as an input: a stage that calls into it declares it, so that another build of it makes the stage stale.</summary>
    /// <param name="relativePath">Its path below <c>.kiln/tools</c>.</param>
    /// <param name="variable">The environment variable that names another file.</param>
    public static Input<PlainFile> Library(string relativePath, string variable) => Input<PlainFile>.Source(LibraryPath(relativePath, variable));

    internal static string LibraryPath(string relativePath, string variable) =>
        Surroundings.Variable(variable) is { Length: > 0 } named ? Path.GetFullPath(named)
        : Find(relativePath) ?? Path.Combine(AppContext.BaseDirectory, ".kiln", "tools", relativePath);
}
