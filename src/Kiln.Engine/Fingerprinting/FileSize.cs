namespace Kiln.Fingerprinting;

/// <summary>How many bytes stand at a path.</summary>
static class FileSize
{
    /// <summary>The size of a file, or of the files in a folder; 0 where there is nothing.</summary>
    public static long Of(string path) => FileStamp.Of(path) switch
    {
        null => 0,
        { Kind: FileKind.Folder } => FolderReader.Read(path).Sum(entry => Of(path, entry)),
        { Kind: FileKind.Link } => Path.Exists(path) ? Of(File.ResolveLinkTarget(path, returnFinalTarget: true)!.FullName) : 0,
        var file => file.Value.Size,
    };

    static long Of(string folder, FolderEntry entry) =>
        entry.Stamp.Kind == FileKind.Folder ? FolderReader.Read(folder + "/" + entry.Name).Sum(further => Of(folder + "/" + entry.Name, further)) : entry.Stamp.Size;
}
