namespace Kiln;

/// <summary>
/// One typed task of a pipeline. Its constructor asks for upstream stages and settings records, its public properties of type
/// <see cref="Input{T}"/>, <see cref="Inputs{T}"/> and <see cref="Output{T}"/> are its edges, and <see cref="RunAsync"/> does the work.
/// Everything else the instance holds (settings, a partition's key) is part of its fingerprint.
/// </summary>
/// <remarks>A stage without outputs is a task: nothing can be up to date, so it runs whenever it is asked for.</remarks>
public abstract class Stage
{
    readonly Execution? _execution;
    readonly bool? _isNonDeterministic;
    StageShape? _shape;

    /// <summary>The name on the command line and in every record: <c>[TaskName]</c>, or the class's own name.</summary>
    public virtual string Name => Shape.TaskName;

    /// <summary>The name with the partition's key where there is one, such as <c>Ingest[2018-04-01]</c>.</summary>
    public string FullName => PartitionKey is null ? Name : $"{Name}[{PartitionKey}]";

    /// <summary>The key of the partition this instance makes, or null for a stage that is whole.</summary>
    public string? PartitionKey { get; internal set; }

    /// <summary>The place of its key among those its stage was declared with: what "from … to" means for keys.</summary>
    internal int PartitionPlace { get; set; }

    /// <summary>Stages that come before this one, without data passing.</summary>
    internal List<Stage> Earlier { get; } = [];

    /// <summary>How the body is executed: as its class's attributes say, unless a constructor or an initializer says otherwise.</summary>
    public Execution Execution
    {
        get => _execution ?? Shape.Execution;
        init => _execution = value;
    }

    /// <summary>Whether the same inputs may give other bytes: as <c>[NonDeterministic]</c> says, unless an initializer says otherwise.</summary>
    public bool IsNonDeterministic
    {
        get => _isNonDeterministic ?? Shape.IsNonDeterministic;
        init => _isNonDeterministic = value;
    }

    /// <summary>Whether it runs in a sandbox, where it says so itself.</summary>
    internal virtual bool? IsSandboxed => Shape.IsSandboxed;

    /// <summary>Whether it may open connections in a sandbox.</summary>
    internal virtual bool OpensNetwork => Shape.UsesNetwork;

    /// <summary>What it says itself of the values it holds; null where reflection finds them.</summary>
    internal virtual IReadOnlyList<(string Label, string Value)>? OwnFacts => null;

    internal StageShape Shape => _shape ??= StageShape.Of(GetType());

    /// <summary>Decides, after its needs are made and before it is looked up, whether the stage runs at all.</summary>
    protected internal virtual RunDecision ShouldRun() => RunDecision.Yes;

    /// <summary>
    /// Does the work: reads its inputs and writes every output, all opened through <paramref name="run"/>.
    /// Nothing it writes is visible before it returns; when it throws, everything is dropped.
    /// </summary>
    protected internal abstract Task RunAsync(StageRun run);

    /// <summary>Whether an error of the body may pass, so that <c>[Retry]</c> tries again. A body out of time throws a <see cref="TimeoutException"/>.</summary>
    protected internal virtual bool IsTransient(Exception error) => error is TransientException;

    /// <summary>Called when <see cref="RunAsync"/> threw, before the failure is reported.</summary>
    protected internal virtual void OnError(Exception error, StageRun run)
    {
    }

    /// <summary>Called after <see cref="RunAsync"/>, whether it threw or not.</summary>
    protected internal virtual void Finally(StageRun run)
    {
    }

    /// <inheritdoc/>
    public sealed override string ToString() => FullName;
}

/// <summary>Whether a stage runs, and if not, why not.</summary>
public readonly record struct RunDecision(bool Runs, string Because)
{
    /// <summary>The stage runs.</summary>
    public static RunDecision Yes => new(true, "");

    /// <summary>The stage is skipped, and so is everything that needs it.</summary>
    public static RunDecision No(string because) => new(false, because);
}
