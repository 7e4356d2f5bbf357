using System.Collections.Immutable;
using Kiln.Fingerprinting;
using Kiln.Running;

namespace Kiln;

/// <summary>
/// A stage whose work an external program does. The program runs in a folder of its own, in which what the stage reads appears under its
/// path in the workspace, and into which it writes its outputs under theirs; its error output and standard output are kept as a log.
/// Its result depends on the arguments, the environment it is given, and the bytes of the program and of everything it reads.
/// </summary>
/// <example>
/// <code>
/// pipeline.Add(new CommandStage("Tidy")
/// {
///     Command = ["python3", "scripts/tidy.py", "data/raw.csv", "data/tidy.csv"],
///     Reads = [Input&lt;PlainFile&gt;.Source("scripts/tidy.py"), Input&lt;PlainFile&gt;.Source("data/raw.csv")],
///     Writes = [new Output&lt;PlainFile&gt;("data/tidy.csv")],
/// });
/// </code>
/// </example>
/// <param name="name">The stage's name.</param>
public sealed class CommandStage(string name) : Stage
{
    /// <summary>Where programs are looked for, unless the stage's environment names a PATH.</summary>
    internal const string StandardPath = "/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin";

    readonly ImmutableArray<string> _environment = [];

    /// <inheritdoc/>
    public override string Name => name;

    /// <summary>
    /// The program and its arguments, as the program gets them: no shell reads them, unless it is the program (<c>sh -c …</c>).
    /// A program without a slash is looked for on the PATH; one with a relative path must be among <see cref="Reads"/>.
    /// </summary>
    public required ImmutableArray<string> Command { get; init; }

    /// <summary>The files and folders it reads.</summary>
    public ImmutableArray<Input> Reads { get; init; } = [];

    /// <summary>The files and folders it writes.</summary>
    public ImmutableArray<Output> Writes { get; init; } = [];

    /// <summary>
    /// Environment variables, by name where the caller's value is passed on (<c>LANG</c>), or with a value (<c>THREADS=2</c>).
    /// Their values are part of the fingerprint, and stand as they are in results, in the ledger and in <c>pipeline.lock</c>: no place for a
    /// secret. Besides, a program sees only PATH, HOME, TMPDIR, LANG=C.UTF-8 and, where it holds GPUs, CUDA_VISIBLE_DEVICES.
    /// </summary>
    public ImmutableArray<string> Environment
    {
        get => _environment;
        init => _environment = [.. value.Select(Given).OfType<string>()];
    }

    /// <summary>Whether it may open network connections in a sandbox.</summary>
    public bool UsesNetwork { get; init; }

    /// <summary>Whether it runs in a sandbox; null leaves it to the run: <c>--sandbox</c>, and the default in CI.</summary>
    [NotFingerprinted]
    public bool? Sandboxed { get; init; }

    internal override bool? IsSandboxed => Sandboxed;

    /// <summary>Its facts as reflection would find them: there may be thousands of commands, and each is asked at every start.</summary>
    internal override IReadOnlyList<(string Label, string Value)>? OwnFacts =>
    [
        ("command", StageFacts.RenderList(Command)), ("environment", StageFacts.RenderList(_environment)), ("name", JsonText.Quote(name)), ("usesNetwork", UsesNetwork ? "true" : "false"),
    ];

    internal override bool OpensNetwork => UsesNetwork;

    /// <summary>The program's file: an input, so that another version of it makes the stage stale. Null where it is among <see cref="Reads"/>.</summary>
    public Input<PlainFile>? Program => ProgramPath is { } path ? Input<PlainFile>.Source(Programs.Target(path)) : null;

    /// <summary>Where the program stands, or null where it is one of <see cref="Reads"/>.</summary>
    internal string? ProgramPath =>
        Command.IsDefaultOrEmpty || Command[0].Length == 0 ? throw Errors.NoCommand(name)
        : !Command[0].Contains('/') ? Programs.Find(Command[0], ValueOf("PATH") ?? StandardPath)
        : Command[0][0] == '/' ? Command[0]
        : Reads.Any(input => Path.GetFullPath(input.Path, "/") == Path.GetFullPath(Command[0], "/")) ? null
        : throw Errors.ProgramNotDeclared(name, Command[0]);

    /// <inheritdoc/>
    protected internal override Task RunAsync(StageRun run)
    {
        new CommandRun(this, run).Execute();
        return Task.CompletedTask;
    }

    /// <summary>A command that is to be run again on failure is so whatever its failure was.</summary>
    protected internal override bool IsTransient(Exception error) => error is KilnException or TimeoutException;

    /// <summary>What the stage declares for an environment variable, or null.</summary>
    internal string? ValueOf(string variable) => _environment.LastOrDefault(entry => entry.StartsWith(variable + "=", StringComparison.Ordinal))?[(variable.Length + 1)..];

    /// <summary>An entry with its value; null for a name that is not set.</summary>
    static string? Given(string entry) =>
        entry.Contains('=') ? entry : Surroundings.Variable(entry) is { } value ? $"{entry}={value}" : null;
}
