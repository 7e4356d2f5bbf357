namespace Kiln.Recording;

static class LockErrors
{
    public static UsageException MergeMarkers(string place, int line) => new(
        "A lock file holds merge markers:", [("file", place), ("line", line.ToString())],
        "Merge what it records (settings.yaml and the code) first, then run the pipeline: that writes the file as the merged pipeline has it. Until then take one side: `git checkout --ours` on it.");

    public static UsageException NotALockFile(string place, int line, string text) => new(
        "A lock file is damaged:", [("file", place), ("line", line.ToString()), ("which is", text.Length > 80 ? text[..77] + "..." : text)],
        "Restore it with `git checkout`, or run the pipeline: that writes it again.");

    public static UsageException NoRevision(string revision, string reason) => new(
        "Git does not know this revision:", [("revision", revision), ("git says", reason)], "Give a commit, a branch or a tag.");

    public static UsageException NoRepository(string workspace) => new(
        "There is no git repository here, or no git:", [("folder", workspace)], "Lock files of revisions can only be compared inside a repository.");
}
