namespace Kiln.Running;

/// <summary>
/// A command runs in a folder of its own, in which there is nothing but what its stage declares. Of a file that it asks for by a relative path and that
/// is only in the workspace it therefore says that it is not there: which one that was can only be guessed, from what the command names.
/// </summary>
static class UnseenFiles
{
    static readonly char[] Separators = [.. " \t\r\n'\"`:;,()<>|&=[]{}*?!"];

    /// <summary>The first file of the workspace that a failed command or its last lines name and that was not there for it, relative to the workspace; or null.</summary>
    public static string? NamedBy(CommandStage stage, StageRun run, IEnumerable<string> printed)
    {
        foreach (var word in printed.Concat(stage.Command).SelectMany(text => text.Split(Separators, StringSplitOptions.RemoveEmptyEntries)))
            if (Relative(word, run) is { } path && IsUnseen(path, run)) return path;
        return null;
    }

    /// <summary>The path that a word may be, below the folder that the command takes for the workspace; or null.</summary>
    static string? Relative(string word, StageRun run)
    {
        if (word.Contains('\0')) return null;
        var path = Path.GetRelativePath(run.Staging, Path.GetFullPath(word.TrimEnd('.', '/'), run.Staging));
        return path == "." || path == ".." || path.StartsWith("../", StringComparison.Ordinal) ? null : path;
    }

    /// <summary>A word without a slash may be a word like any other, which a folder happens to have for its name.</summary>
    static bool IsUnseen(string path, StageRun run)
    {
        var real = Path.Combine(run.Workspace, path);
        return (File.Exists(real) || (path.Contains('/') && Directory.Exists(real)))
            && !Path.Exists(Path.Combine(run.Staging, path))
            && !path.StartsWith(".kiln/", StringComparison.Ordinal)
            && !run.Node.Outputs.Any(output => path == output.Relative || path.StartsWith(output.Relative + "/", StringComparison.Ordinal));
    }
}
