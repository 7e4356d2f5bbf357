using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Threading.Channels;
using Kiln.Caching;
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
    readonly PriorityQueue<PlannedStage, Rank> _ready = new();
    readonly Dictionary<PlannedStage, Node> _nodes = new(ReferenceEqualityComparer.Instance);
    /// <summary>Set while the loop runs on the thread of a stage that reports.</summary>
    [ThreadStatic]
    static Turn? t_turn;

    /// <summary>Whoever reports goes on with the loop itself, and then with the stage it started: no other thread has to be woken for either.</summary>
    readonly Channel<StageReport> _finished = Channel.CreateUnbounded<StageReport>(new UnboundedChannelOptions { SingleReader = true, AllowSynchronousContinuations = true });
    readonly ImmutableArray<PlannedStage> _stages = options.Exclusive ? [.. plan.Stages.Where(plan.Targets.Contains)] : plan.Stages;
    readonly PartitionTally _partitions = new();
    Workload? _work;
    bool _stopped;

    /// <param name="earlier">What settled earlier in this run, before more stages were known, by name: it is not looked at again.</param>
    /// <param name="cancellation">Set when the run is interrupted.</param>
    public async Task<StageReport[]> RunAsync(IReadOnlyDictionary<string, StageReport> earlier, CancellationToken cancellation)
    {
        Prepare();
        while (_settled.Count < _stages.Length)
        {
            Advance(earlier, cancellation);
            if (_work is { Running: > 0 })
            {
                LookAhead(earlier, cancellation);
                var report = await _finished.Reader.ReadAsync(CancellationToken.None);
                _work.End(report.Node);
                if (report.Instead is { } instead) _work.Add(report.Node, instead, _nodes[report.Node].Order);
                else Settle(report);
            }
        }

        var reports = new StageReport[_stages.Length];
        for (var i = 0; i < reports.Length; i++) reports[i] = _settled[_stages[i]];
        return reports;
    }

    void Prepare()
    {
        for (var i = 0; i < _stages.Length; i++) _nodes[_stages[i]] = new Node { Order = i };
        foreach (var stage in _stages)
        {
            var node = _nodes[stage];
            foreach (var need in stage.Needs)
            {
                if (!_nodes.TryGetValue(need, out var needed)) continue;
                needed.NeededBy.Add(stage);
                node.UnsettledNeeds++;
            }

            if (node.UnsettledNeeds == 0) _ready.Enqueue(stage, new Rank(0, node.Order));
        }
    }

    /// <summary>
    /// Looks at ready stages and starts work, the most urgent first, until nothing more can be done before something ends. Stages are looked
    /// at only while there is room to start one: what is to be hashed for it is read when it is needed.
    /// </summary>
    void Advance(IReadOnlyDictionary<string, StageReport> earlier, CancellationToken cancellation)
    {
        while (_work is null or { HasRoom: true })
        {
            if (_stopped || cancellation.IsCancellationRequested)
                foreach (var stage in _work?.Clear() ?? []) Settle(Refusal(stage, cancellation)!);

            var isReady = _ready.TryPeek(out _, out var rank);
            if (isReady && (_work?.MostUrgent is not { } waiting || rank!.CompareTo(waiting) < 0)) LookAt(_ready.Dequeue(), earlier, cancellation);
            else if (_work?.Next() is { } next) Start(next.Stage, next.Decision, next.Grant, cancellation);
            else if (isReady) LookAt(_ready.Dequeue(), earlier, cancellation);
            else return;
        }
    }

    /// <summary>While all that may work does, looks at ready stages that take no reading: the loop has nothing else to do, and most of them are up to date.</summary>
    void LookAhead(IReadOnlyDictionary<string, StageReport> earlier, CancellationToken cancellation)
    {
        while (!_stopped && !cancellation.IsCancellationRequested && !_finished.Reader.TryPeek(out _) && _ready.TryPeek(out var stage, out _) && TakesNoReading(stage))
            LookAt(_ready.Dequeue(), earlier, cancellation);
    }

    bool TakesNoReading(PlannedStage stage)
    {
        foreach (var input in stage.Inputs)
            if (input.Producer is null && !hashes.Vouches(input.Path)) return false;
        return true;
    }

    /// <summary>Settles a stage at once where there is nothing to execute, or lets its work wait for what it needs.</summary>
    void LookAt(PlannedStage stage, IReadOnlyDictionary<string, StageReport> earlier, CancellationToken cancellation)
    {
        Hand(null); // a look may take long
        var isKnown = earlier.TryGetValue(stage.Name, out var before);
        var (report, decision) = isKnown ? (before! with { Node = stage }, null) : Judge(stage, cancellation);
        if (report is not null)
        {
            Settle(report, isKnown);
            return;
        }

        if (_work is null) WeighWork();
        _work!.Add(stage, decision!, _nodes[stage].Order);
    }

    (StageReport? Report, Decision? Decision) Judge(PlannedStage stage, CancellationToken cancellation)
    {
        if (Refusal(stage, cancellation) is { } refused) return (refused, null);
        try
        {
            if (stage.Stage.ShouldRun() is { Runs: false } no) return (Skip(stage, no.Because), null);
            var decision = decider.Decide(stage, HashOf, options.Force && plan.Targets.Contains(stage));
            return decision is Decision.Nothing nothing ? (new StageReport(stage, new Outcome.UpToDate(), "nothing changed") { Manifest = nothing.Manifest, Result = nothing.Found }, null) : (null, decision);
        }
        catch (Exception error)
        {
            return (new StageReport(stage, new Outcome.Failed(StageExecutor.Explained(stage.Name, error)), ""), null);
        }
    }

    /// <summary>Why a stage is not even looked at, or null.</summary>
    StageReport? Refusal(PlannedStage stage, CancellationToken cancellation)
    {
        if (cancellation.IsCancellationRequested) return new StageReport(stage, new Outcome.Cancelled(), "interrupted");
        if (stage.Needs.FirstOrDefault(need => _settled.TryGetValue(need, out var report) && !report.Outcome.IsMade) is { } missing)
            return Skip(stage, $"{missing.Name} {(_settled[missing].Outcome is Outcome.Failed ? "failed" : "was not made")}");
        if (plan.Withheld.TryGetValue(stage, out var because)) return Skip(stage, because);
        return _stopped ? Skip(stage, "an earlier stage failed") : null;
    }

    /// <summary>From here on the stages that are ready are looked at in the order of the longest paths that start with them.</summary>
    void WeighWork()
    {
        _work = new Workload(_stages, Capacity.For(plan, options.Jobs, options.Tokens), stage => decider.Last(stage)?.Seconds);
        var ready = new List<PlannedStage>();
        while (_ready.TryDequeue(out var stage, out _)) ready.Add(stage);
        foreach (var stage in ready) _ready.Enqueue(stage, RankOf(stage));
    }

    void Start(PlannedStage stage, Decision decision, Grant grant, CancellationToken cancellation)
    {
        scene.Started(stage, decision);
        var wires = new StageRunWires(() => scene.FactsFor(stage, _settled), scene.Progressed, scene.Noted, line => scene.Printed($"{stage.Name}: {line}"), scene.Conclusions.Enqueue, grant, cancellation);
        Hand(() => executor.ExecuteAsync(stage, decision, run, wires));
    }

    /// <summary>Leaves a stage to the thread that the loop runs on, for when the loop waits again; what was left to it before goes to another.</summary>
    void Hand(Func<Task<StageReport>>? execution)
    {
        if (t_turn is { } turn) (execution, turn.Next) = (turn.Next, execution);
        if (execution is not null) _ = Task.Run(() => WorkAsync(execution), CancellationToken.None);
    }

    async Task WorkAsync(Func<Task<StageReport>> execution)
    {
        for (var next = execution; next is not null;)
        {
            var report = await next();
            var turn = t_turn = new Turn();
            _finished.Writer.TryWrite(report);
            t_turn = null;
            next = turn.Next;
        }
    }

    void Settle(StageReport report, bool isKnown = false)
    {
        _settled[report.Node] = report;
        if (!isKnown && report.Result is { } result) decider.Remember(report.Node, result);
        if (report.Node.Stage.PartitionKey is not null) _partitions.Count(report);
        if (report.Outcome is Outcome.Failed { Error: var error }) _stopped |= EndsRun(report.Node, error);
        if (!isKnown) scene.Settled(report);
        foreach (var dependent in _nodes[report.Node].NeededBy)
            if (--_nodes[dependent].UnsettledNeeds == 0) _ready.Enqueue(dependent, RankOf(dependent));
    }

    /// <summary>Whether nothing more is begun after a failure, not even what does not need the stage.</summary>
    bool EndsRun(PlannedStage stage, Exception error)
    {
        if (error is OverrunException) return true; // its body may still be at work in this process
        if (stage.Stage.Shape.ContinuesOnError || options.KeepGoing) return false;
        return stage.Stage.PartitionKey is null || _partitions.AreHopeless(stage.Stage.Name);
    }

    Rank RankOf(PlannedStage stage) => new(_work?.UrgencyOf(stage) ?? 0, _nodes[stage].Order);

    /// <summary>
    /// A made file's hash is what its stage recorded; a source's is what its bytes say. Where a stage runs alone,
    /// what its needs made before must still be there.
    /// </summary>
    ContentHash? HashOf(PlannedInput input)
    {
        if (input.Producer is not { } producer) return hashes.Of(input);
        var made = decider.Last(producer)?.Outputs ?? throw RunErrors.NeedsNeverMade(input.Label, producer.Name);
        var output = OutputHash.Of(made, input.Label);
        if (output is not null && !_nodes.ContainsKey(producer) && hashes.Of(input) != output.Hash) throw RunErrors.NotAsMade(input.Label, producer.Name);
        return output is not null ? output.Hash : hashes.Of(input);
    }

    /// <summary>A stage among those of this run.</summary>
    sealed class Node
    {
        public required int Order { get; init; }

        public int UnsettledNeeds { get; set; }

        public List<PlannedStage> NeededBy { get; } = [];
    }

    /// <summary>What a thread is to do once the loop waits again.</summary>
    sealed class Turn
    {
        public Func<Task<StageReport>>? Next { get; set; }
    }

    static StageReport Skip(PlannedStage stage, string because) => new(stage, new Outcome.Skipped(because), because);
}
