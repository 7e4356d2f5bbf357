using System.Collections.Immutable;

namespace Kiln;

/// <summary>
/// How a stage's body is executed: what it holds while it works, how often it is tried, how long it may take. A stage's class says it with
/// <c>[Needs]</c>, <c>[Token]</c>, <c>[Retry]</c> and <c>[Timeout]</c>; where it depends on settings, the stage's constructor says it with
/// <c>Execution = Execution with { Cpus = settings.Threads }</c>, and one instance, such as a command, in its initializer.
/// None of it is part of the fingerprint: it must not change what the body writes.
/// </summary>
public sealed record Execution
{
    /// <summary>One CPU, once, for as long as it takes.</summary>
    public static Execution Default { get; } = new();

    /// <summary>How many CPUs the body keeps busy. Where the run has fewer, it is given those, and runs alone: <see cref="StageRun.Cpus"/>.</summary>
    public int Cpus { get; init; } = 1;

    /// <summary>How much memory the body takes, in GiB. Zero where that is not worth counting.</summary>
    public double MemoryGiB { get; init; }

    /// <summary>How many GPUs the body has for itself: <see cref="StageRun.Gpus"/>.</summary>
    public int Gpus { get; init; }

    /// <summary>How many of each named token it holds; the pipeline says with <see cref="PipelineBuilder.Tokens"/> how many there are.</summary>
    public ImmutableSortedDictionary<string, int> Tokens { get; init; } = ImmutableSortedDictionary<string, int>.Empty;

    /// <summary>How often a body is tried again that failed for a passing reason: <see cref="Stage.IsTransient"/>.</summary>
    public int Retries { get; init; }

    /// <summary>How long the first pause before another try is, about; each further one is twice as long, up to a minute.</summary>
    public TimeSpan Pause { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long one try may take before it is cancelled and fails; null for as long as it likes.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>
    /// How long a body that is out of time may take to stop. One that is a process, of a command or in a sandbox, is killed then, and has the
    /// same time where the run is interrupted.
    /// </summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a process of the stage may take to stop: what is declared with a timeout; nobody waits so long for others when a run is interrupted.</summary>
    internal TimeSpan GraceOfProgram => Timeout is null ? TimeSpan.FromSeconds(2) : Grace;
}

/// <summary>Thrown by a body that failed for a reason that may pass, such as a server that is busy: <c>[Retry]</c> then tries again.</summary>
public sealed class TransientException(string message, Exception? inner = null) : Exception(message, inner);
