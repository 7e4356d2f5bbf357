using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Kiln.Caching;

/// <summary>Replaces a file so that readers see the old bytes or the new ones, never a part.</summary>
static partial class AtomicFile
{
    const int NoEntry = 2, NotPermitted = 1, AccessDenied = 13, OtherFileSystem = 18;

    /// <summary>Writes beside the file and renames. The name beside it is fixed, so that the dead leave one file at most: for what one process writes at a time.</summary>
    public static void Write(string path, ReadOnlySpan<byte> bytes)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var partial = path + ".partial";
        try
        {
            using (var stream = File.Create(partial)) stream.Write(bytes);
            File.Move(partial, path, overwrite: true);
        }
        catch
        {
            File.Delete(partial);
            throw;
        }
    }

    /// <summary>
    /// Renames a file over another: at once or not at all. <see cref="File.Move(string, string, bool)"/> copies where it cannot rename,
    /// and a copy can be seen half-way.
    /// </summary>
    /// <returns>False where the two places are on different file systems, or the folder of <paramref name="to"/> is not there.</returns>
    public static bool TryRename(string from, string to)
    {
        if (Rename(from, to) == 0) return true;
        var error = Marshal.GetLastPInvokeError();
        if (error is OtherFileSystem or NoEntry) return false;
        var message = $"{new Win32Exception(error).Message} : '{to}'";
        throw error is NotPermitted or AccessDenied ? new UnauthorizedAccessException(message) : new IOException(message, error);
    }

    [LibraryImport("libc", EntryPoint = "rename", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Rename(string from, string to);
}
