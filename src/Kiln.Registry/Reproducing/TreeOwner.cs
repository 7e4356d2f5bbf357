namespace Kiln.Registry;

/// <summary>
/// Marks the folder of a clean tree as that of a process at work: a file beside the tree names the workspace and is locked as long as the process lives. A tree whose
/// mark nobody holds any more was abandoned, as by a kill.
/// </summary>
sealed class TreeOwner : IDisposable
{
    const string Beginning = "kiln-reproduce-", Mark = "owner";

    readonly FileStream _held;

    TreeOwner(FileStream held) => _held = held;

    /// <summary>Makes a folder for a tree, and marks it.</summary>
    /// <exception cref="KilnException">There is no room for temporary files.</exception>
    public static (string Folder, TreeOwner Owner) Create(string workspace)
    {
        try
        {
            var folder = Directory.CreateTempSubdirectory(Beginning).FullName;
            var held = new FileStream(Path.Combine(folder, Mark), FileMode.CreateNew, FileAccess.Write, FileShare.None);
            held.Write(System.Text.Encoding.UTF8.GetBytes(Path.GetFullPath(workspace)));
            held.Flush();
            return (folder, new(held));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw ReproduceErrors.NoTemporaryFolder(Path.GetTempPath(), error);
        }
    }

    /// <summary>The folders of trees that a workspace's processes have left: nobody holds their marks.</summary>
    public static IEnumerable<string> Abandoned(string workspace)
    {
        var registered = (GitCommand.Ask(workspace, "worktree", "list", "--porcelain") ?? "").Split('\n').Where(line => line.StartsWith("worktree ", StringComparison.Ordinal))
            .Select(line => Path.GetDirectoryName(line[9..])).OfType<string>().Where(folder => Path.GetFileName(folder).StartsWith(Beginning, StringComparison.Ordinal));
        var temporary = Directory.Exists(Path.GetTempPath()) ? Directory.EnumerateDirectories(Path.GetTempPath(), Beginning + "*") : [];
        return registered.Concat(temporary).Distinct(StringComparer.Ordinal).Where(folder => IsAbandoned(folder, Path.GetFullPath(workspace)));
    }

    /// <summary>Takes the mark away: the folder stays, and is nobody's to clear.</summary>
    public void Leave()
    {
        File.Delete(_held.Name);
        _held.Dispose();
    }

    /// <inheritdoc/>
    public void Dispose() => _held.Dispose();

    static bool IsAbandoned(string folder, string workspace)
    {
        try
        {
            // Opening it asks for its lock.
            using var mark = new FileStream(Path.Combine(folder, Mark), FileMode.Open, FileAccess.ReadWrite, FileShare.None);
            using var text = new StreamReader(mark);
            return text.ReadToEnd() == workspace;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
