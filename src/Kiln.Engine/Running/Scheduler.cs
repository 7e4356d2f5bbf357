using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Threading.Channels;
using Kiln.Fingerprinting;
using Kiln.Planning;

namespace Kiln.Running;

/// <summary>
/// Settles every stage of a plan, each after its needs. One loop owns all state: stage bodies run elsewhere and report through a channel,
/// so there is nothing to lock; bodies that ask for facts read what has settled. When the run is interrupted,
/// nothing new starts and what runs is waited for.
/// </summary>
sealed class Scheduler(Plan plan, RunOptions options, Decider decider, StageExecutor executor, FileHashes hashes, RunIdentity run, RunScene scene)
{
    readonly ConcurrentDictionary<PlannedStage, StageReport> _settled = new(ReferenceEqualityComparer.Instance);
    readonly Dictionary<PlannedStage, int> _unsettledNeeds = new(ReferenceEqualityComparer.Instance);
    readonly PriorityQueue<PlannedStage, int> _ready = new();
    readonly Dictionary<PlannedStage, int> _order = new(ReferenceEqualityComparer.Instance);
    readonly Channel<StageReport> _finished = Channel.CreateUnbounded<StageReport>();
    int _running;
    bool _stopped;

    public async Task<ImmutableArray<StageReport>> RunAsync(CancellationToken cancellation)
    {
        var stages = options.Exclusive ? plan.Stages.Where(plan.Targets.Contains).ToImmutableArray() : plan.Stages;
        var neededBy = Prepare(stages);
        while (_settled.Count < stages.Length)
        {
            while (_running < options.Jobs && _ready.TryDequeue(out var stage, out _))
                if (Begin(stage, cancellation) is { } settled) Settle(settled, neededBy);

            if (_running > 0)
            {
                var report = await _finished.Reader.ReadAsync(CancellationToken.None);
                _running--;
                Settle(report, neededBy);
            }
        }

        return [.. stages.Select(stage => _settled[stage])];
    }

    ILookup<PlannedStage, PlannedStage> Prepare(ImmutableArray<PlannedStage> stages)
    {
        var included = new HashSet<PlannedStage>(stages, ReferenceEqualityComparer.Instance);
        for (var i = 0; i < stages.Length; i++)
        {
            _order[stages[i]] = i;
            _unsettledNeeds[stages[i]] = stages[i].Needs.Count(included.Contains);
            if (_unsettledNeeds[stages[i]] == 0) _ready.Enqueue(stages[i], i);
        }

        return stages.SelectMany(stage => stage.Needs.Where(included.Contains).Select(need => (need, stage))).ToLookup(edge => edge.need, edge => edge.stage);
    }

    /// <summary>Settles a stage at once where there is nothing to execute, or starts it and returns null.</summary>
    StageReport? Begin(PlannedStage stage, CancellationToken cancellation)
    {
        if (cancellation.IsCancellationRequested) return new StageReport(stage, new Outcome.Cancelled(), "interrupted");
        if (stage.Needs.FirstOrDefault(need => _settled.TryGetValue(need, out var report) && !report.Outcome.IsMade) is { } missing)
            return Skip(stage, $"{missing.Name} {(_settled[missing].Outcome is Outcome.Failed ? "failed" : "was not made")}");
        if (_stopped) return Skip(stage, "an earlier stage failed");

        Decision decision;
        try
        {
            if (stage.Stage.ShouldRun() is { Runs: false } no) return Skip(stage, no.Because);
            decision = decider.Decide(stage, HashOf, options.Force && plan.Targets.Contains(stage));
        }
        catch (Exception error)
        {
            return new StageReport(stage, new Outcome.Failed(StageExecutor.Explained(stage, error)), "");
        }

        if (decision is Decision.Nothing nothing) return new StageReport(stage, new Outcome.UpToDate(), "nothing changed") { Manifest = nothing.Manifest, Result = nothing.Found };
        _running++;
        scene.Started(stage, decision);
        var wires = new StageRunWires(() => scene.FactsFor(stage, _settled), scene.Progressed, scene.Noted, line => scene.Printed($"{stage.Name}: {line}"), scene.Conclusions.Enqueue, cancellation);
        _ = Task.Run(async () => await _finished.Writer.WriteAsync(await executor.ExecuteAsync(stage, decision, run, wires)), CancellationToken.None);
        return null;
    }

    void Settle(StageReport report, ILookup<PlannedStage, PlannedStage> neededBy)
    {
        _settled[report.Node] = report;
        if (report.Result is { } result) decider.Remember(report.Node, result);
        if (report.Outcome is Outcome.Failed && !report.Node.Stage.Shape.ContinuesOnError && !options.KeepGoing) _stopped = true;
        scene.Settled(report);
        foreach (var dependent in neededBy[report.Node])
            if (--_unsettledNeeds[dependent] == 0) _ready.Enqueue(dependent, _order[dependent]);
    }

    /// <summary>
    /// A made file's hash is what its stage recorded; a source's is what its bytes say. Where a stage runs alone,
    /// what its needs made before must still be there.
    /// </summary>
    ContentHash? HashOf(PlannedInput input)
    {
        if (input.Producer is not { } producer) return hashes.Of(input.Path);
        var made = decider.Last(producer)?.Outputs ?? throw RunErrors.NeedsNeverMade(input.Label, producer.Name);
        var output = made.FirstOrDefault(output => output.Path == input.Label);
        if (output.Path is not null && !_order.ContainsKey(producer) && hashes.Of(input.Path) != output.Hash) throw RunErrors.NotAsMade(input.Label, producer.Name);
        return output.Path is not null ? output.Hash : hashes.Of(input.Path);
    }

    static StageReport Skip(PlannedStage stage, string because) => new(stage, new Outcome.Skipped(because), because);
}
