using System.Collections.Concurrent;
using System.Collections.Immutable;
using Kiln.Planning;
using Kiln.Running;

namespace Kiln;

/// <summary>What a stage's body is given: its files, opened, and ways to tell how it goes.</summary>
public sealed class StageRun
{
    readonly string _workspace;
    readonly Func<RunFacts> _facts;
    readonly Action<StageProgress> _progressed;
    readonly Action<string> _noted;
    readonly Action<string> _printed;
    readonly Action<string> _concluded;

    internal StageRun(PlannedStage node, string workspace, string staging, string checkpoints, StageRunWires wires)
    {
        Node = node;
        _workspace = workspace;
        Staging = staging;
        CheckpointFolder = checkpoints;
        Cancellation = wires.Cancellation;
        Cpus = wires.Grant.Cpus;
        Gpus = wires.Grant.Gpus;
        _facts = wires.Facts;
        _progressed = wires.Progressed;
        _noted = wires.Noted;
        _printed = wires.Printed;
        _concluded = wires.Concluded;
    }

    /// <summary>The absolute path of the workspace, for tasks that work on it as a whole; stages open what they declare.</summary>
    public string Workspace => _workspace;

    /// <summary>Set when the run is interrupted or the stage's time is up; long work looks at it.</summary>
    public CancellationToken Cancellation { get; }

    /// <summary>How many CPUs the stage may keep busy: what it declares, or all there are where those are fewer.</summary>
    public int Cpus { get; }

    /// <summary>The numbers of the GPUs that no other stage of this run uses meanwhile; as many as the stage declares.</summary>
    public ImmutableArray<int> Gpus { get; }

    /// <summary>
    /// A folder that outlives an interrupted or killed execution of this very fingerprint, for checkpoints; it is deleted when the stage
    /// succeeds, and may not exist yet.
    /// </summary>
    public string CheckpointFolder { get; }

    /// <summary>The run's identity, commit, environment, and the records of every stage upstream: what pages show as provenance.</summary>
    public RunFacts Facts => _facts();

    /// <summary>The stage as it was planned.</summary>
    internal PlannedStage Node { get; }

    /// <summary>The folder its outputs are written in.</summary>
    internal string Staging { get; }

    /// <summary>A folder for what is needed only while it runs, beside the staging folder; made by who uses it, and emptied with that.</summary>
    internal string Scratch => ScratchOf(Staging);

    internal static string ScratchOf(string staging) => staging + ".scratch";

    /// <summary>Set where it is to see only what it declares.</summary>
    internal WorkerPlace? Workers { get; init; }

    /// <summary>Where what it prints is kept until it runs again.</summary>
    internal string LogFile => new Workspace(_workspace).LogFor(Node.Name);

    /// <summary>Set by a body that runs as a process of its own: what that took.</summary>
    internal StageUsage? Usage { get; set; }

    internal ConcurrentDictionary<string, double> Metrics { get; } = new(StringComparer.Ordinal);

    /// <summary>Opens an input where it stands in the workspace.</summary>
    public T Open<T>(Input<T> input)
        where T : IArtifact<T>
    {
        var path = Path.TrimEndingDirectorySeparator(Path.GetFullPath(input.Path, _workspace));
        return Node.Inputs.Any(declared => declared.Path == path) ? T.At(path) : throw RunErrors.NotDeclared(input.Path, Node.Name, "input");
    }

    /// <summary>Opens inputs, in their order.</summary>
    public IReadOnlyList<T> Open<T>(Inputs<T> inputs)
        where T : IArtifact<T>
    {
        var declared = Node.Inputs.Select(input => input.Path).ToHashSet();
        return [.. inputs.Select(input => Path.TrimEndingDirectorySeparator(Path.GetFullPath(input.Path, _workspace)) is var path && declared.Contains(path)
            ? T.At(path) : throw RunErrors.NotDeclared(input.Path, Node.Name, "input"))];
    }

    /// <summary>Opens an output in the staging folder, from where it is moved into place when the stage succeeds.</summary>
    public T Open<T>(Output<T> output)
        where T : IArtifact<T>
    {
        var place = Node.Outputs.FirstOrDefault(declared => declared.Path == Path.TrimEndingDirectorySeparator(Path.GetFullPath(output.Path, _workspace)))
            ?? throw RunErrors.NotDeclared(output.Path, Node.Name, "output");
        var path = StagedPath(Staging, place);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        return T.At(path);
    }

    /// <summary>Records a number about the result: it is kept with it and shown in the ledger.</summary>
    public void Metric(string name, double value) => Metrics[name] = value;

    /// <summary>Says something worth a line in the log.</summary>
    public void Note(string message) => _noted(message);

    /// <summary>Passes on what a program printed, for those who want to see everything.</summary>
    internal void Printed(string line) => _printed(line);

    /// <summary>Says something to be read last, below the closing table.</summary>
    public void Conclude(string message) => _concluded(message);

    /// <summary>Starts a progress bar over a known amount of work.</summary>
    /// <param name="what">What is being done, in a word or two.</param>
    /// <param name="total">The amount, in units.</param>
    /// <param name="unit">The unit's name in the plural, such as rows.</param>
    public StageProgress Progress(string what, long total, string unit) => new(Node.Name, what, total, unit, _progressed);

    internal static string StagedPath(string staging, PlannedOutput output) => Path.Combine(staging, output.Relative);
}

/// <summary>How far a stage has come.</summary>
public sealed class StageProgress
{
    readonly Action<StageProgress> _progressed;
    long _done;

    internal StageProgress(string stage, string what, long total, string unit, Action<StageProgress> progressed)
    {
        (Stage, What, Total, Unit, _progressed) = (stage, what, total, unit, progressed);
        progressed(this);
    }

    internal string Stage { get; }

    internal string What { get; }

    internal long Total { get; }

    internal string Unit { get; }

    internal long Done => Interlocked.Read(ref _done);

    internal string Detail { get; private set; } = "";

    internal void Tell(int amount) => Add(amount);

    /// <summary>Advances by an amount; <paramref name="detail"/> is shown beside the bar.</summary>
    public void Add(long amount, string detail = "")
    {
        Interlocked.Add(ref _done, amount);
        Detail = detail;
        _progressed(this);
    }
}

/// <summary>What connects a stage's body to the run around it.</summary>
sealed record StageRunWires(Func<RunFacts> Facts, Action<StageProgress> Progressed, Action<string> Noted, Action<string> Printed, Action<string> Concluded, Grant Grant, CancellationToken Cancellation);
