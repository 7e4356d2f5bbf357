using Kiln.Fingerprinting;

namespace Kiln.Running;

/// <summary>What one execution of a stage took of the machine. A number is null where it cannot be told for this stage alone.</summary>
/// <param name="CpuSeconds">Processor time, over all cores.</param>
/// <param name="PeakMemory">The most memory its process held while it ran, in bytes.</param>
/// <param name="BytesIn">The size of its inputs.</param>
/// <param name="BytesOut">The size of its outputs.</param>
sealed record StageUsage(double? CpuSeconds, long? PeakMemory, long? BytesIn, long? BytesOut)
{
    /// <summary>The size of a file, or of the files in a folder; 0 where there is nothing.</summary>
    public static long BytesAt(string path) => FileStamp.Of(path) switch
    {
        null => 0,
        { Kind: FileKind.Folder } => FolderReader.Read(path).Sum(entry => SizeOf(path, entry)),
        { Kind: FileKind.Link } => Path.Exists(path) ? BytesAt(File.ResolveLinkTarget(path, returnFinalTarget: true)!.FullName) : 0,
        var file => file.Value.Size,
    };

    static long SizeOf(string folder, FolderEntry entry) =>
        entry.Stamp.Kind == FileKind.Folder ? FolderReader.Read(folder + "/" + entry.Name).Sum(further => SizeOf(folder + "/" + entry.Name, further)) : entry.Stamp.Size;
}
