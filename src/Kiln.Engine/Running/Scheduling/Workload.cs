using System.Collections.Immutable;
using System.Diagnostics;
using Kiln.Planning;

namespace Kiln.Running;

/// <summary>What a stage's body may use while it works.</summary>
sealed record Grant(int Cpus, ImmutableArray<int> Gpus);

/// <summary>Where a stage stands among those that wait. A class, so that what keeps them in order is code that exists when the program starts.</summary>
sealed record Rank(double Urgency, int Order) : IComparable<Rank>
{
    /// <summary>The more urgent first; among equals, the one declared first.</summary>
    public int CompareTo(Rank? other) => other is null ? -1 : Urgency != other.Urgency ? other.Urgency.CompareTo(Urgency) : Order.CompareTo(other.Order);
}

/// <summary>
/// The stages of a run that wait to work or are at work: who comes next, and what each is given. Made when the first stage has work to do,
/// so that a run with nothing to do neither asks the machine what it has nor weighs any path.
/// </summary>
sealed class Workload(ImmutableArray<PlannedStage> stages, Capacity capacity, Func<PlannedStage, double?> secondsOf)
{
    readonly Urgency _urgency = new(stages, secondsOf);
    readonly Dispatcher<PlannedStage> _dispatcher = new(capacity.Total);
    readonly Dictionary<PlannedStage, Decision> _decisions = new(ReferenceEqualityComparer.Instance);
    readonly Dictionary<PlannedStage, Grant> _granted = new(ReferenceEqualityComparer.Instance);
    readonly SortedSet<int> _gpus = [.. capacity.GpuNumbers];
    readonly Stopwatch _clock = Stopwatch.StartNew();

    public bool HasRoom => _dispatcher.HasRoom;

    public int Running => _dispatcher.Running;

    /// <summary>The rank of the most urgent stage that waits.</summary>
    public Rank? MostUrgent => _dispatcher.MostUrgent is { } job ? new Rank(job.Urgency, job.Order) : null;

    public double UrgencyOf(PlannedStage stage) => _urgency.Of(stage);

    public void Add(PlannedStage stage, Decision decision, int order)
    {
        var need = decision is Decision.Restore ? capacity.NeedOfRestoring() : capacity.NeedOf(stage);
        _decisions[stage] = decision;
        _dispatcher.Add(new Job<PlannedStage>(stage, need, _urgency.SecondsOf(stage), _urgency.Of(stage), order));
    }

    /// <summary>Starts the next stage, if one may start now.</summary>
    public (PlannedStage Stage, Decision Decision, Grant Grant)? Next()
    {
        if (_dispatcher.Next(_clock.Elapsed.TotalSeconds) is not { Work: var stage }) return null;
        _decisions.Remove(stage, out var decision);
        var isRestore = decision is Decision.Restore;
        var gpus = ImmutableArray<int>.Empty;
        if (!isRestore && stage.Stage.Execution.Gpus is > 0 and var count)
        {
            gpus = [.. _gpus.Take(count)];
            _gpus.ExceptWith(gpus);
        }

        _granted[stage] = new Grant(isRestore ? 1 : capacity.CpusOf(stage), gpus);
        return (stage, decision!, _granted[stage]);
    }

    public void End(PlannedStage stage)
    {
        _dispatcher.End(stage);
        _granted.Remove(stage, out var grant);
        if (!grant!.Gpus.IsEmpty) _gpus.UnionWith(grant.Gpus);
    }

    /// <summary>Takes back everything that waits.</summary>
    public IReadOnlyList<PlannedStage> Clear() => _dispatcher.Clear();
}
