namespace Kiln.Running;

/// <summary>What one execution of a stage took of the machine. A number is null where it cannot be told for this stage alone.</summary>
/// <param name="CpuSeconds">Processor time, over all cores.</param>
/// <param name="PeakMemory">The most memory its process held while it ran, in bytes.</param>
/// <param name="BytesIn">The size of its inputs.</param>
/// <param name="BytesOut">The size of its outputs.</param>
sealed record StageUsage(double? CpuSeconds, long? PeakMemory, long? BytesIn, long? BytesOut)
{
    /// <summary>The size of a file, or of the files in a folder; 0 where there is nothing.</summary>
    public static long BytesAt(string path)
    {
        var folder = new DirectoryInfo(path);
        if (folder.Exists) return folder.EnumerateFiles("*", Everything).Sum(file => file.Length);
        var file = new FileInfo(path);
        if (file.LinkTarget is not null) file = (FileInfo?)file.ResolveLinkTarget(returnFinalTarget: true) ?? file;
        return file.Exists ? file.Length : 0;
    }

    static readonly EnumerationOptions Everything = new() { AttributesToSkip = 0, IgnoreInaccessible = true, RecurseSubdirectories = true };
}
