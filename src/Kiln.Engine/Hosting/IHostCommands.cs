using System.Collections.Immutable;
using System.CommandLine;
using Kiln.Caching;
using Kiln.Recording;
using Kiln.Running;

namespace Kiln.Hosting;

/// <summary>Commands of a program beside the engine's own, such as <c>models</c>. They are made only where a command line is read.</summary>
public interface IHostCommands
{
    /// <summary>Makes the commands; an action answers with an exit code, and throws a <see cref="KilnException"/> where something is wrong.</summary>
    /// <param name="host">What they work in.</param>
    static abstract IEnumerable<Command> Create(HostContext host);
}

/// <summary>What a command works in.</summary>
public sealed class HostContext
{
    readonly KilnHost _host;
    readonly Interruption _interruption;

    internal HostContext(KilnHost host, string workspace, Interruption interruption) => (_host, Workspace, _interruption) = (host, workspace, interruption);

    /// <summary>The workspace's folder.</summary>
    public string Workspace { get; internal set; }

    /// <summary>Set when the person at the terminal wants it to end, once the command has said that it watches for that.</summary>
    /// <seealso cref="EndInOrder"/>
    public CancellationToken Interruption => _interruption.Token;

    /// <summary>What is printed where an interruption ends the command at once: where its work may have been done, who to ask.</summary>
    public string LastWords
    {
        get => _interruption.LastWords;
        set => _interruption.LastWords = value;
    }

    /// <summary>From here on an interruption sets <see cref="Interruption"/>, and the command ends by itself. A command that does not say so is ended at once.</summary>
    public void EndInOrder() => _interruption.Watch();

    /// <summary>What the workspace's stages have made and is still kept.</summary>
    public KeptResults Kept => new(Cache.Of(Path.Combine(Workspace, ".kiln"), _host.CacheFolder()));

    /// <summary>Versions and hardware by name, as runs record them.</summary>
    public static ImmutableSortedDictionary<string, string> Environment => EnvironmentFacts.Read();

    /// <summary>The runs in which a stage read or wrote a file, oldest first.</summary>
    /// <param name="path">The file, relative to the workspace; null where only its bytes count.</param>
    /// <param name="hash">The SHA-256 of its bytes; null where only its path counts.</param>
    /// <exception cref="KilnException">The ledger cannot be read.</exception>
    public ImmutableArray<FileSighting> Sightings(string? path, string? hash)
    {
        var ledger = new Workspace(Workspace).Ledger;
        return File.Exists(ledger) ? FileSighting.Find(ledger, Kept, path, hash) : [];
    }

    /// <summary>Runs another command line in the same workspace; gives its exit code.</summary>
    public int Run(params string[] arguments) => _host.Run([.. arguments, "--working", Path.GetFullPath(Workspace)], _interruption);
}
