using System.Collections.Immutable;
using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using Kiln.Fingerprinting;
using Kiln.Recording;

namespace Kiln;

/// <summary>The state of the git repository a run stands in.</summary>
/// <param name="Commit">The full hash of HEAD; empty before the first commit.</param>
/// <param name="Branch">The branch, or (detached).</param>
/// <param name="IsDirty">Whether tracked files differ from HEAD or untracked ones lie about. pipeline.lock does not count: a run writes it, and reads it as no input.</param>
/// <param name="Patch">The SHA-256 of the differences when dirty, else empty.</param>
public sealed record GitSnapshot(string Commit, string Branch, bool IsDirty, string Patch)
{
    static readonly string[] AllButLocks = ["--", ":(top)", $":(top,exclude,glob)**/{LockFile.Name}"];

    /// <summary>The commit in short, with + where the tree is dirty.</summary>
    public string Short => GitStatus.ShortOf(Commit, IsDirty);

    /// <summary>The files that differ from HEAD, or that git does not know; paths from the repository's root.</summary>
    public ImmutableArray<string> Differing { get; init; } = [];

    /// <summary>The differences themselves, for the store; empty when clean.</summary>
    internal byte[] PatchBytes { get; private init; } = [];

    /// <summary>Asks git how things stand, without yet reading what differs; null where there is no repository or no git.</summary>
    internal static GitStatus? Status(string workspace)
    {
        if (RootOf(workspace) is null && Environment.GetEnvironmentVariable("GIT_DIR") is null) return null;
        var status = Git(workspace, ["status", "--porcelain=v2", "--branch", "--untracked-files=all", "-z", .. AllButLocks]);
        if (status is null) return null;
        var (commit, branch) = ("", "");
        var (untracked, differing) = (new List<string>(), new List<string>());
        var isOrigin = false; // of a file that was renamed: its former path follows
        foreach (var entry in Encoding.UTF8.GetString(status).Split('\0', StringSplitOptions.RemoveEmptyEntries))
            if (isOrigin) isOrigin = false;
            else if (entry.StartsWith("# branch.oid ", StringComparison.Ordinal)) commit = entry[13..] is "(initial)" ? "" : entry[13..];
            else if (entry.StartsWith("# branch.head ", StringComparison.Ordinal)) branch = entry[14..];
            else if (!entry.StartsWith('#'))
            {
                var path = entry.Split(' ', entry[0] switch { '?' or '!' => 2, '1' => 9, '2' => 10, _ => 11 })[^1];
                differing.Add(path);
                isOrigin = entry[0] == '2';
                if (entry[0] == '?') untracked.Add(path);
            }

        return new GitStatus(commit, branch, [.. differing.Order(StringComparer.Ordinal)], [.. untracked.Order(StringComparer.Ordinal)]);
    }

    /// <summary>Adds what differs to how things stand. Untracked files are hashed by their stamps where these vouch for them.</summary>
    internal static GitSnapshot? Take(string workspace, GitStatus? status, FileHashes hashes)
    {
        if (status is null) return null;
        if (!status.IsDirty) return new GitSnapshot(status.Commit, status.Branch, false, "");
        using var patch = new MemoryStream();
        if (status.Commit.Length > 0) patch.Write(Git(workspace, ["diff", "--binary", "--no-ext-diff", "--no-textconv", "--no-color", "HEAD", .. AllButLocks]) ?? []);
        var root = RootOf(workspace) ?? workspace;
        foreach (var path in status.Untracked) patch.Write(Encoding.UTF8.GetBytes($"untracked {HashOf(Path.Combine(root, path), hashes)} {path}\n"));
        return new GitSnapshot(status.Commit, status.Branch, true, ContentHash.Of(patch.ToArray()).ToString()) { Differing = status.Differing, PatchBytes = patch.ToArray() };
    }

    static string HashOf(string path, FileHashes hashes)
    {
        try
        {
            return hashes.Of(path)?.ToString() ?? "gone";
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or KilnException)
        {
            return "unreadable";
        }
    }

    /// <summary>The repository's own folder, from which git names paths; the workspace may be a part of it.</summary>
    static string? RootOf(string workspace)
    {
        for (var folder = workspace; folder is not null; folder = Path.GetDirectoryName(folder))
            if (Path.Exists(Path.Combine(folder, ".git"))) return folder;
        return null;
    }

    static byte[]? Git(string workspace, string[] arguments)
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
            var errors = Task.Run(git.StandardError.ReadToEnd);
            using var output = new MemoryStream();
            git.StandardOutput.BaseStream.CopyTo(output);
            errors.Wait();
            git.WaitForExit();
            return git.ExitCode == 0 ? output.ToArray() : null;
        }
        catch (Win32Exception)
        {
            return null;
        }
    }
}

/// <summary>How a repository stands: cheap to ask, and enough to mark what a run makes.</summary>
sealed record GitStatus(string Commit, string Branch, ImmutableArray<string> Differing, ImmutableArray<string> Untracked)
{
    public bool IsDirty => !Differing.IsEmpty;

    public string Short => ShortOf(Commit, IsDirty);

    public static string ShortOf(string commit, bool isDirty) => (commit.Length > 12 ? commit[..12] : commit) + (isDirty ? "+" : "");
}
