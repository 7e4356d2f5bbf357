using System.Runtime.InteropServices;
using Kiln.Fingerprinting;

namespace Kiln.Caching;

/// <summary>
/// A folder of files named by hashes: <c>objects</c> and <c>results</c>. Any number of workspaces and processes may use one at a time without
/// a lock, for a file arrives in <c>tmp</c> under a name of its own and is renamed to its hash: what has a hash for its name was written whole.
/// </summary>
sealed partial class CacheFolder(string root)
{
    /// <summary>In nanoseconds.</summary>
    const long Abandoned = 3_600_000_000_000;
    const int Writable = 3; // W_OK | X_OK
    static readonly string Writer = $"{Environment.MachineName}-{Environment.ProcessId}-{Guid.NewGuid():N}";
    static long s_arrivals;
    bool _isSwept;

    public bool IsWritable => Access(root, Writable) == 0;

    public string PathOf(string kind, ContentHash hash)
    {
        var name = hash.ToString();
        return Path.Combine(root, kind, name[..2], name[2..]);
    }

    /// <summary>All files of a kind.</summary>
    public IEnumerable<FileInfo> Files(string kind) => Directory.Exists(Path.Combine(root, kind)) ? new DirectoryInfo(Path.Combine(root, kind)).EnumerateFiles("*", SearchOption.AllDirectories) : [];

    /// <summary>Where a file may be written before it is placed: a path nobody else uses.</summary>
    public string NewArrival()
    {
        var folder = Path.Combine(root, "tmp");
        if (!_isSwept)
        {
            Create(folder);
            Sweep(folder, FileStamp.Now());
            _isSwept = true;
        }

        return Path.Combine(folder, $"{Writer}-{Interlocked.Increment(ref s_arrivals)}");
    }

    /// <summary>Moves a file to its name, over a file that has it; from another file system by way of a copy in <c>tmp</c>.</summary>
    public void Place(string file, string path)
    {
        if (AtomicFile.TryRename(file, path)) return;
        Create(Path.GetDirectoryName(path)!);
        if (AtomicFile.TryRename(file, path)) return;
        var copy = NewArrival();
        try
        {
            File.Copy(file, copy);
            if (!AtomicFile.TryRename(copy, path)) throw new IOException($"Neither renamed nor copied : '{path}'");
        }
        catch
        {
            File.Delete(copy);
            throw;
        }

        File.Delete(file);
    }

    /// <summary>
    /// Removes what writers that died left behind: nobody has it open for writing any more (.NET locks what it writes), and it is old enough
    /// that no living one is between closing and renaming it. Its change time tells: a copy has the modification time of what it is a copy of.
    /// </summary>
    public static void Sweep(string folder, long now)
    {
        foreach (var file in new DirectoryInfo(folder).EnumerateFiles())
            try
            {
                if (FileStamp.Of(file.FullName) is not { } stamp || stamp.Changed >= now - Abandoned) continue;
                using (file.Open(FileMode.Open, FileAccess.Read, FileShare.None)) file.Delete();
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                // Someone's after all, or swept by someone else.
            }
    }

    /// <summary>Makes a folder with the rights of the cache's own, so that a group that shares it can write everywhere in it.</summary>
    void Create(string folder)
    {
        if (Directory.Exists(folder)) return;
        Directory.CreateDirectory(folder);
        var mode = File.GetUnixFileMode(root);
        for (var place = folder; place.Length > root.Length && File.GetUnixFileMode(place) != mode; place = Path.GetDirectoryName(place)!)
            File.SetUnixFileMode(place, mode);
    }

    [LibraryImport("libc", EntryPoint = "access", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Access(string path, int mode);
}
