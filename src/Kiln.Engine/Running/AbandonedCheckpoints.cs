namespace Kiln.Running;

/// <summary>
/// Checkpoints that nobody will resume from: of a fingerprint that no stage of the run has, and not written for a month. One may be of another
/// pipeline, or of settings that somebody means to go back to; only time tells.
/// </summary>
static class AbandonedCheckpoints
{
    static readonly TimeSpan Old = TimeSpan.FromDays(30);

    public static void Sweep(Workspace workspace, IReadOnlyList<StageReport> reports)
    {
        var folders = new DirectoryInfo(workspace.Checkpoints);
        if (!folders.Exists) return;
        var current = reports.Select(report => workspace.CheckpointsFor(report.Manifest, report.Node.Name)).ToHashSet(StringComparer.Ordinal);
        foreach (var folder in folders.EnumerateDirectories().Where(folder => !current.Contains(folder.FullName) && DateTime.UtcNow - LastWritten(folder) > Old))
            folder.Delete(recursive: true);
    }

    static DateTime LastWritten(DirectoryInfo folder) =>
        folder.EnumerateFileSystemInfos("*", SearchOption.AllDirectories).Select(entry => entry.LastWriteTimeUtc).Append(folder.LastWriteTimeUtc).Max();
}
