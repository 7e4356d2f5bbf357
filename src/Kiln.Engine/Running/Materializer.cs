using System.Text;
using Kiln.Caching;
using Kiln.Fingerprinting;
using Kiln.Planning;

namespace Kiln.Running;

/// <summary>
/// Brings outputs from the store into the workspace. A file or folder is built beside its place and renamed into it; what stood there and
/// is nowhere else (an edit by hand) is set aside, never overwritten.
/// </summary>
sealed class Materializer(ContentStore store, FileHashes hashes, string displacedFolder, Action<string> noted)
{
    const string Partial = ".kiln-partial";
    const int Busy = 16; // EBUSY, as a rename over a mounted place answers
    static readonly ContentHash Nothing = ContentHash.Of([]);
    const UnixFileMode EveryoneMayExecute = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    /// <summary>Whether an output stands in the workspace as it was made.</summary>
    public bool IsInPlace(PlannedOutput place, OutputHash made) =>
        made.IsFolder ? FileStamp.Of(place.Path)?.Kind == FileKind.Folder && hashes.Tree(place.Path).Hash == made.Hash : hashes.Of(place.Path) == made.Hash;

    /// <param name="place">Where the output belongs.</param>
    /// <param name="made">What it is.</param>
    /// <param name="verify">Whether to check stored bytes against their names.</param>
    /// <exception cref="DamagedObjectException">The store cannot give it.</exception>
    public void Materialize(PlannedOutput place, OutputHash made, bool verify)
    {
        RefuseEscape(place);
        var partial = PartialPath(place);
        Remove(partial);
        Directory.CreateDirectory(Path.GetDirectoryName(place.Path)!);
        try
        {
            var written = made.IsFolder ? BuildFolder(partial, made.Bytes, verify) : [("", CopyOut(made.Bytes, made.Kind, partial, verify), made.Bytes)];
            SetAside(place, made);
            if (made.IsFolder) Directory.Move(partial, place.Path);
            else File.Move(partial, place.Path, overwrite: true);
            foreach (var (path, stamp, hash) in written) hashes.Note(path.Length == 0 ? place.Path : Path.Combine(place.Path, path), stamp, hash);
        }
        catch (Exception error)
        {
            Remove(partial);
            if (error is IOException { HResult: Busy }) throw RunErrors.PlaceHeld(place.Relative, error);
            throw;
        }
    }

    /// <summary>Refuses an output that a link among the folders above it would lead out of the workspace.</summary>
    public static void RefuseEscape(PlannedOutput place)
    {
        var workspace = place.Path[..^(place.Relative.Length + 1)];
        for (var end = workspace.Length; (end = place.Path.IndexOf('/', end + 1)) > 0;)
        {
            var folder = place.Path[..end];
            if (FileStamp.Of(folder) is not { } stamp) return;
            if (stamp.Kind == FileKind.Link && !IsBelow(RealPath.Of(folder), RealPath.Of(workspace))) throw RunErrors.Escapes(place.Relative, Path.GetRelativePath(workspace, folder), RealPath.Of(folder));
        }
    }

    static bool IsBelow(string path, string folder) => path.StartsWith(folder + "/", StringComparison.Ordinal);

    /// <summary>Removes what a run that died left half-built.</summary>
    public static void Sweep(Graph graph)
    {
        foreach (var output in graph.Stages.SelectMany(stage => stage.Outputs)) Remove(PartialPath(output));
    }

    /// <returns>The files that were written, with the stamps they had then.</returns>
    List<(string Path, FileStamp Stamp, ContentHash Hash)> BuildFolder(string folder, ContentHash hash, bool verify)
    {
        var written = new List<(string, FileStamp, ContentHash)>();
        Directory.CreateDirectory(folder);
        foreach (var entry in FolderTree.Parse(store.Read(hash)).Entries)
        {
            var path = Path.GetFullPath(entry.Path, folder);
            if (!path.StartsWith(folder + "/", StringComparison.Ordinal)) throw new DamagedObjectException(hash, "not a tree of its own folder");
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            if (entry.Kind == FileKind.Folder) Directory.CreateDirectory(path);
            else if (entry.Kind.IsFile()) written.Add((entry.Path, CopyOut(entry.Hash, entry.Kind, path, verify), entry.Hash));
        }

        return written;
    }

    FileStamp CopyOut(ContentHash hash, FileKind kind, string path, bool verify)
    {
        store.CopyOut(hash, path, verify);
        if (kind == FileKind.Executable) File.SetUnixFileMode(path, File.GetUnixFileMode(path) | EveryoneMayExecute);
        return FileStamp.Of(path) ?? throw Errors.ChangedWhileRead(path);
    }

    void SetAside(PlannedOutput place, OutputHash made)
    {
        if (!Path.Exists(place.Path)) return;
        var isFolder = Directory.Exists(place.Path);
        if (!isFolder && hashes.OfBytes(place.Path) is { } present && (present == made.Bytes || store.Has(present)))
        {
            if (made.IsFolder) File.Delete(place.Path);
            return;
        }

        if (isFolder && IsOurs(hashes.Tree(place.Path), made))
        {
            Directory.Delete(place.Path, recursive: true);
            return;
        }

        var aside = Path.Combine(displacedFolder, place.Relative);
        Directory.CreateDirectory(Path.GetDirectoryName(aside)!);
        try
        {
            if (isFolder) MoveFolder(place.Path, aside);
            else File.Move(place.Path, aside, overwrite: true);
        }
        catch
        {
            RemoveEmpty(Path.GetDirectoryName(aside)!);
            throw;
        }

        noted($"{place.Relative} was changed by someone else; that version is kept as {Path.Combine(".kiln", "displaced", Path.GetFileName(displacedFolder), place.Relative)}");
    }

    /// <summary>
    /// Whether a folder holds nothing that is nowhere else. What is empty has no bytes to know it by: unless the whole folder is one that a stage
    /// made, an empty file or folder is somebody's where the one that takes its place has none of that name.
    /// </summary>
    bool IsOurs(FolderTree tree, OutputHash made)
    {
        if (store.Has(tree.Hash)) return true;
        HashSet<string> known = made.IsFolder ? [.. FolderTree.Parse(store.Read(made.Bytes)).Entries.Select(entry => entry.Path)] : [];
        var filled = tree.Entries.Select(entry => Path.GetDirectoryName(entry.Path)).ToHashSet(StringComparer.Ordinal);
        return tree.Entries.All(entry => entry.Kind == FileKind.Folder
            ? filled.Contains(entry.Path) || known.Contains(entry.Path)
            : entry.Kind.IsFile() && store.Has(entry.Hash) && (entry.Hash != Nothing || known.Contains(entry.Path)));
    }

    /// <summary>Removes the folders that were made to set something aside, as far up as they are empty.</summary>
    static void RemoveEmpty(string folder)
    {
        for (; Directory.Exists(folder) && !Directory.EnumerateFileSystemEntries(folder).Any(); folder = Path.GetDirectoryName(folder)!) Directory.Delete(folder);
    }

    /// <summary>Moves a folder, also from one file system to another: then everything is copied, links as links, before anything is deleted.</summary>
    static void MoveFolder(string from, string to)
    {
        try
        {
            Directory.Move(from, to);
        }
        catch (IOException error) when (error.HResult != Busy && Directory.Exists(from) && !Path.Exists(to))
        {
            Copy(new DirectoryInfo(from), to);
            Directory.Delete(from, recursive: true);
        }
    }

    static void Copy(DirectoryInfo from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var entry in from.EnumerateFileSystemInfos())
        {
            var copy = Path.Combine(to, entry.Name);
            if (entry.LinkTarget is { } target) File.CreateSymbolicLink(copy, target);
            else if (entry is DirectoryInfo folder) Copy(folder, copy);
            else File.Copy(entry.FullName, copy);
        }
    }

    static string PartialPath(PlannedOutput place)
    {
        var name = Path.GetFileName(place.Path);
        // A file's name has at most 255 bytes.
        if (Encoding.UTF8.GetByteCount(name) > 200) name = ContentHash.Of(Encoding.UTF8.GetBytes(name)).ToString();
        return Path.Combine(Path.GetDirectoryName(place.Path)!, "." + name + Partial);
    }

    static void Remove(string path)
    {
        if (Directory.Exists(path)) Directory.Delete(path, recursive: true);
        else if (File.Exists(path)) File.Delete(path);
    }
}
