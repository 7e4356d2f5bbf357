using System.Collections.Immutable;
using System.Diagnostics;

namespace Kiln.Registry;

/// <summary>A commit checked out beside the workspace, in a temporary folder; disposing it takes it away again.</summary>
sealed class CleanTree : IDisposable
{
    readonly string _workspace, _folder;

    CleanTree(string workspace, string folder, string prefix) => (_workspace, _folder, Root) = (workspace, folder, Path.TrimEndingDirectorySeparator(Path.Combine(folder, "tree", prefix)));

    /// <summary>The workspace's place in the checkout.</summary>
    public string Root { get; }

    /// <summary>Whether the checkout stays when this is disposed.</summary>
    public bool Stays { get; set; }

    /// <summary>Where a workspace's repository is cloned from, where that is an address.</summary>
    public static Uri? OriginOf(string workspace) =>
        GitCommand.Ask(workspace, "remote", "get-url", "origin")?.Trim() is { } address && Uri.TryCreate(address, UriKind.Absolute, out var origin) ? origin : null;

    /// <summary>Whether a workspace's repository has a commit.</summary>
    public static bool HasCommit(string workspace, string commit) => GitCommand.Ask(workspace, "cat-file", "-e", commit + "^{commit}") is not null;

    /// <summary>Checks a commit out.</summary>
    /// <exception cref="KilnException">git cannot.</exception>
    public static CleanTree Of(string workspace, string commit)
    {
        var prefix = GitCommand.Ask(workspace, "rev-parse", "--show-prefix")?.Trim() ?? "";
        var tree = new CleanTree(workspace, Directory.CreateTempSubdirectory("kiln-reproduce-").FullName, prefix);
        var (exitCode, _, errors) = GitCommand.Run(workspace, "worktree", "add", "--detach", "--quiet", Path.Combine(tree._folder, "tree"), commit);
        if (exitCode == 0) return tree;
        tree.Dispose();
        throw ReproduceErrors.NotCheckedOut(commit, errors.Trim());
    }

    /// <summary>Applies what differed from the commit.</summary>
    /// <exception cref="KilnException">git cannot.</exception>
    public void Apply(DirtyPatch patch)
    {
        if (patch.Differences.Length == 0) return;
        var file = Path.Combine(_folder, "differences.patch");
        File.WriteAllBytes(file, patch.Differences);
        var (exitCode, _, errors) = GitCommand.Run(Path.Combine(_folder, "tree"), "apply", "--binary", "--whitespace=nowarn", file);
        if (exitCode != 0) throw ReproduceErrors.PatchDoesNotFit(errors.Trim());
    }

    /// <summary>Copies what the workspace has set up for building, so that nothing is fetched again. A copy: another commit may set up others.</summary>
    public void TakeTools()
    {
        var tools = Path.Combine(_workspace, ".kiln", "tools");
        if (!Directory.Exists(tools)) return;
        Directory.CreateDirectory(Path.Combine(Root, ".kiln"));
        using var copy = Process.Start("cp", ["-a", "--reflink=auto", tools, Path.Combine(Root, ".kiln", "tools")]);
        copy.WaitForExit();
        if (copy.ExitCode != 0) throw ReproduceErrors.NoTools(tools);
    }

    /// <summary>Puts a link to a file or folder of the workspace at the same place here.</summary>
    public void Link(string path, string target)
    {
        var place = Path.Combine(Root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(place)!);
        if (File.Exists(place)) File.Delete(place);
        File.CreateSymbolicLink(place, target);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Stays) return;
        GitCommand.Run(_workspace, "worktree", "remove", "--force", Path.Combine(_folder, "tree"));
        if (Directory.Exists(_folder)) Directory.Delete(_folder, recursive: true);
        GitCommand.Run(_workspace, "worktree", "prune");
    }
}
