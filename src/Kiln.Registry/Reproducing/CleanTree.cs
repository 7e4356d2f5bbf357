namespace Kiln.Registry;

/// <summary>A commit checked out beside the workspace, in a temporary folder; disposing it takes it away again.</summary>
sealed class CleanTree : IDisposable
{
    const string Checkout = "tree";
    const int MostTries = 10;

    readonly string _workspace, _folder;
    readonly TreeOwner _owner;
    readonly CancellationToken _interruption;

    CleanTree(string workspace, string prefix, CancellationToken interruption)
    {
        (_workspace, _interruption) = (workspace, interruption);
        (_folder, _owner) = TreeOwner.Create(workspace);
        Root = Path.TrimEndingDirectorySeparator(Path.Combine(_folder, Checkout, prefix));
    }

    /// <summary>The workspace's place in the checkout.</summary>
    public string Root { get; }

    /// <summary>Whether the checkout stays when this is disposed, and also where the process is killed.</summary>
    public bool Stays { get; private set; }

    /// <summary>Where a workspace's repository is cloned from, where that is an address; without what lets one in.</summary>
    public static Uri? OriginOf(string workspace) => GitCommand.Ask(workspace, "remote", "get-url", "origin")?.Trim() is { } address ? AddressOf(address) : null;

    /// <summary>An address as git takes it, also host:path; null for anything else.</summary>
    internal static Uri? AddressOf(string address)
    {
        if (!address.Contains("://", StringComparison.Ordinal) && address.Split(':', 2) is [var host, var path] && host.Length > 0 && !host.Contains('/')) address = $"ssh://{host}/{path.TrimStart('/')}";
        return Uri.TryCreate(address, UriKind.Absolute, out var origin) ? new UriBuilder(origin) { UserName = "", Password = "", Query = "", Fragment = "" }.Uri : null;
    }

    /// <summary>Whether a workspace is in a repository.</summary>
    public static bool HasRepository(string workspace) => GitCommand.Ask(workspace, "rev-parse", "--git-dir") is not null;

    /// <summary>Whether a workspace's repository has a commit.</summary>
    public static bool HasCommit(string workspace, string commit) => GitCommand.Ask(workspace, "cat-file", "-e", commit + "^{commit}") is not null;

    /// <summary>Whether a workspace's repository was cloned without its earlier commits.</summary>
    public static bool IsShallow(string workspace) => GitCommand.Ask(workspace, "rev-parse", "--is-shallow-repository")?.Trim() == "true";

    /// <summary>Checks a commit out.</summary>
    /// <exception cref="KilnException">git cannot.</exception>
    /// <exception cref="OperationCanceledException">It was interrupted; nothing is left.</exception>
    public static CleanTree Of(string workspace, string commit, CancellationToken interruption)
    {
        var prefix = GitCommand.Ask(workspace, "rev-parse", "--show-prefix")?.Trim() ?? "";
        var tree = new CleanTree(workspace, prefix, interruption);
        try
        {
            var (exitCode, _, errors) = GitCommand.Run("git", workspace, ["worktree", "add", "--detach", "--quiet", Path.Combine(tree._folder, Checkout), commit], interruption);
            if (exitCode != 0) throw ReproduceErrors.NotCheckedOut(commit, errors);
            return tree;
        }
        catch
        {
            tree.Dispose();
            throw;
        }
    }

    /// <summary>Takes away the trees of this workspace whose processes were killed.</summary>
    public static void ClearAbandoned(string workspace)
    {
        foreach (var folder in TreeOwner.Abandoned(workspace).ToList())
            try
            {
                Remove(workspace, folder);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                // It is in nobody's way.
            }
    }

    /// <summary>Applies what differed from the commit.</summary>
    /// <exception cref="KilnException">git cannot.</exception>
    public void Apply(DirtyPatch patch)
    {
        if (patch.Differences.Length == 0) return;
        var file = Path.Combine(_folder, "differences.patch");
        File.WriteAllBytes(file, patch.Differences);
        var (exitCode, _, errors) = GitCommand.Run("git", Path.Combine(_folder, Checkout), ["apply", "--binary", "--whitespace=nowarn", file], _interruption);
        if (exitCode != 0) throw ReproduceErrors.PatchDoesNotFit(errors);
    }

    /// <summary>Copies what the workspace has set up for building, so that nothing is fetched again. A copy: another commit may set up others.</summary>
    /// <exception cref="KilnException">It cannot be copied.</exception>
    public void TakeTools()
    {
        var tools = Path.Combine(_workspace, ".kiln", "tools");
        if (!Directory.Exists(tools)) return;
        Directory.CreateDirectory(Path.Combine(Root, ".kiln"));
        var (exitCode, _, errors) = GitCommand.Run("cp", _workspace, ["-a", "--reflink=auto", Path.GetFullPath(tools), Path.Combine(Root, ".kiln", "tools")], _interruption);
        if (exitCode != 0) throw ReproduceErrors.NoTools(tools, errors);
    }

    /// <summary>Puts a link to a file or folder of the workspace at the same place here.</summary>
    public void Link(string path, string target)
    {
        var place = Path.Combine(Root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(place)!);
        if (File.Exists(place)) File.Delete(place);
        File.CreateSymbolicLink(place, target);
    }

    /// <summary>A place beside the checkout, which goes with it.</summary>
    public string Beside(string name) => Path.Combine(_folder, name);

    /// <summary>Lets the checkout stay.</summary>
    public void Keep()
    {
        if (Stays) return;
        Stays = true;
        _owner.Leave();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Stays) return;
        Remove(_workspace, _folder);
        _owner.Dispose();
    }

    static void Remove(string workspace, string folder)
    {
        // Forced twice, because git locks a tree that it has not yet checked out whole.
        GitCommand.Run(workspace, "worktree", "remove", "--force", "--force", Path.Combine(folder, Checkout));
        Delete(folder);
        GitCommand.Run(workspace, "worktree", "prune");
    }

    /// <summary>Deletes a folder in which a build that was just killed may still write its last.</summary>
    static void Delete(string folder)
    {
        for (var tries = 1; Directory.Exists(folder); tries++)
            try
            {
                Directory.Delete(folder, recursive: true);
            }
            catch (IOException) when (tries < MostTries)
            {
                Thread.Sleep(100);
            }
    }
}
