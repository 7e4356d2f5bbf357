using System.CommandLine;

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

    internal HostContext(KilnHost host, string workspace, CancellationToken interruption) => (_host, Workspace, Interruption) = (host, workspace, interruption);

    /// <summary>The workspace's folder.</summary>
    public string Workspace { get; internal set; }

    /// <summary>Set when the person at the terminal wants it to end.</summary>
    public CancellationToken Interruption { get; }

    /// <summary>Runs another command line in the same workspace; gives its exit code.</summary>
    public int Run(params string[] arguments) => _host.Run([.. arguments, "--working", Path.GetFullPath(Workspace)]);
}
