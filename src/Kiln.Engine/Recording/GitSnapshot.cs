using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using Kiln.Fingerprinting;

namespace Kiln;

/// <summary>The state of the git repository a run stands in.</summary>
/// <param name="Commit">The full hash of HEAD; empty before the first commit.</param>
/// <param name="Branch">The branch, or (detached).</param>
/// <param name="IsDirty">Whether tracked files differ from HEAD or untracked ones lie about.</param>
/// <param name="Patch">The SHA-256 of the differences when dirty, else empty.</param>
public sealed record GitSnapshot(string Commit, string Branch, bool IsDirty, string Patch)
{
    /// <summary>The commit in short, with + where the tree is dirty.</summary>
    public string Short => (Commit.Length > 12 ? Commit[..12] : Commit) + (IsDirty ? "+" : "");

    /// <summary>The differences themselves, for the store; empty when clean.</summary>
    internal byte[] PatchBytes { get; private init; } = [];

    /// <summary>Asks git; null where there is no repository or no git.</summary>
    internal static async Task<GitSnapshot?> TakeAsync(string workspace)
    {
        var status = await GitAsync(workspace, "status", "--porcelain=v2", "--branch", "--untracked-files=all", "-z");
        if (status is null) return null;
        var (commit, branch) = ("", "");
        var untracked = new List<string>();
        var isDirty = false;
        foreach (var entry in Encoding.UTF8.GetString(status).Split('\0', StringSplitOptions.RemoveEmptyEntries))
            if (entry.StartsWith("# branch.oid ", StringComparison.Ordinal)) commit = entry[13..] is "(initial)" ? "" : entry[13..];
            else if (entry.StartsWith("# branch.head ", StringComparison.Ordinal)) branch = entry[14..];
            else if (!entry.StartsWith('#'))
            {
                isDirty = true;
                if (entry.StartsWith("? ", StringComparison.Ordinal)) untracked.Add(entry[2..]);
            }

        if (!isDirty) return new GitSnapshot(commit, branch, false, "");
        var patch = await PatchAsync(workspace, commit, untracked);
        return new GitSnapshot(commit, branch, true, ContentHash.Of(patch).ToString()) { PatchBytes = patch };
    }

    static async Task<byte[]> PatchAsync(string workspace, string commit, List<string> untracked)
    {
        using var patch = new MemoryStream();
        if (commit.Length > 0) patch.Write(await GitAsync(workspace, "diff", "--binary", "HEAD") ?? []);
        var root = RootOf(workspace);
        foreach (var path in untracked.Order(StringComparer.Ordinal).Where(path => File.Exists(Path.Combine(root, path))))
        {
            using var file = File.OpenRead(Path.Combine(root, path));
            patch.Write(Encoding.UTF8.GetBytes($"untracked {ContentHash.Of(file)} {path}\n"));
        }

        return patch.ToArray();
    }

    /// <summary>The repository's own folder, from which git names paths; the workspace may be a part of it.</summary>
    static string RootOf(string workspace)
    {
        for (var folder = new DirectoryInfo(workspace); folder is not null; folder = folder.Parent)
            if (Path.Exists(Path.Combine(folder.FullName, ".git"))) return folder.FullName;
        return workspace;
    }

    static async Task<byte[]?> GitAsync(string workspace, params string[] arguments)
    {
        try
        {
            var start = new ProcessStartInfo("git", arguments)
            {
                WorkingDirectory = workspace,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };
            start.Environment["GIT_OPTIONAL_LOCKS"] = "0";
            using var git = Process.Start(start)!;
            _ = git.StandardError.ReadToEndAsync();
            using var output = new MemoryStream();
            await git.StandardOutput.BaseStream.CopyToAsync(output);
            await git.WaitForExitAsync();
            return git.ExitCode == 0 ? output.ToArray() : null;
        }
        catch (Win32Exception)
        {
            return null;
        }
    }
}
