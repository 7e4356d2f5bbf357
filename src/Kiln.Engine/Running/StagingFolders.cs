using System.Collections.Concurrent;
using Kiln.Fingerprinting;
using Kiln.Planning;

namespace Kiln.Running;

/// <summary>
/// The private folders in which stages run, each used by one stage after another. Making and deleting a handful of folders and files for every
/// stage takes longer than a small program runs, above all on ext4 without a journal: it looks past every entry that was deleted in the last five
/// seconds whenever it makes a new one.
/// </summary>
sealed class StagingFolders(Workspace workspace, string run)
{
    readonly ConcurrentBag<StagingFolder> _free = [];
    int _made;

    /// <summary>A folder that holds nothing, but perhaps the empty folders in which the stage's outputs belong.</summary>
    public StagingFolder Take(PlannedStage stage)
    {
        var needed = FoldersOf(stage);
        if (!_free.TryTake(out var free)) return new StagingFolder(Path.Combine(workspace.Staging, run, Interlocked.Increment(ref _made).ToString()), needed);
        if (free.Folders.SetEquals(needed)) return free;
        FolderEraser.Empty(free.Path, []);
        return free with { Folders = needed };
    }

    /// <summary>Empties a folder for the next stage. Where that fails nobody gets it again.</summary>
    public void GiveBack(StagingFolder folder)
    {
        try
        {
            FolderEraser.Empty(folder.Path, folder.Folders);
            FolderEraser.Empty(StageRun.ScratchOf(folder.Path), []);
        }
        catch (IOException)
        {
            return;
        }

        _free.Add(folder);
    }

    static HashSet<string> FoldersOf(PlannedStage stage)
    {
        var folders = new HashSet<string>(StringComparer.Ordinal);
        foreach (var output in stage.Outputs)
            for (var end = output.Relative.Length; (end = output.Relative.LastIndexOf('/', end - 1)) > 0;) folders.Add(output.Relative[..end]);
        return folders;
    }
}

/// <param name="Path">Where it is, or will be.</param>
/// <param name="Folders">The folders in it that stay when it is emptied.</param>
sealed record StagingFolder(string Path, HashSet<string> Folders);
