using System.Collections.Immutable;
using Kiln.Fingerprinting;
using Kiln.Running;

namespace Kiln.Recording;

/// <summary>
/// Keeps a run in the ledger, from when a stage first goes to work. Then, and not before, other cores look at the repository and the machine
/// and open the ledger: a run with nothing to do has no time to be killed in, leaves no trace, and pays for none of it.
/// </summary>
sealed class RunRecorder : IDisposable
{
    readonly Lazy<Task<GitStatus?>> _status;
    readonly Lazy<Task<GitSnapshot?>> _git;
    readonly Lazy<Task<ImmutableSortedDictionary<string, string>>> _environment;
    readonly Lazy<Task<Ledger>> _ledger;

    /// <param name="workspace">Where it runs.</param>
    /// <param name="hashes">The hashes of files that git does not know.</param>
    /// <param name="begun">The run as it begins.</param>
    public RunRecorder(Workspace workspace, FileHashes hashes, RunRecord begun)
    {
        _environment = new(() => Task.Run(() => EnvironmentFacts.Known(workspace.Environment)));
        _status = new(() => Task.Run(() => GitSnapshot.Status(workspace.Root)));
        _git = new(() => Task.Run(() => GitSnapshot.Take(workspace.Root, _status.Value.GetAwaiter().GetResult(), hashes)));
        _ledger = new(() => Task.Run(() =>
        {
            var ledger = Ledger.Open(workspace.Ledger);
            ledger.Begin(begun with { Git = _status.Value.GetAwaiter().GetResult() is { } status ? new GitSnapshot(status.Commit, status.Branch, status.IsDirty, "") : null }); // what differs is read meanwhile
            return ledger;
        }));
    }

    /// <summary>Whether a stage went to work.</summary>
    public bool HasBegun { get; private set; }

    /// <summary>The commit the run stands on, in short; empty outside a repository.</summary>
    public string Commit => _status.Value.GetAwaiter().GetResult()?.Short ?? "";

    public GitSnapshot? Git => _git.Value.GetAwaiter().GetResult();

    public ImmutableSortedDictionary<string, string> Environment => _environment.Value.GetAwaiter().GetResult();

    /// <summary>The ledger, once the run is noted there.</summary>
    /// <exception cref="KilnException">It cannot be opened or written.</exception>
    public Ledger Ledger => _ledger.Value.GetAwaiter().GetResult();

    /// <summary>Called when a stage goes to work, before anything is written.</summary>
    public void Begin()
    {
        if (HasBegun) return;
        HasBegun = true;
        _ = (_git.Value, _environment.Value, _ledger.Value);
    }

    public void Dispose()
    {
        if (!_ledger.IsValueCreated) return;
        try
        {
            Ledger.Dispose();
        }
        catch (KilnException)
        {
            // It never opened; who wanted to write to it was told.
        }
    }
}
