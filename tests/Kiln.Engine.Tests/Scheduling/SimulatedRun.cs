using System.Collections.Immutable;
using Kiln.Planning;
using Kiln.Running;

namespace Kiln.Tests;

/// <summary>A random graph run on a virtual clock by the engine's own dispatcher: what takes hours takes milliseconds.</summary>
sealed class SimulatedRun
{
    readonly Dictionary<PlannedStage, double> _seconds = new(ReferenceEqualityComparer.Instance);
    readonly Dictionary<PlannedStage, ImmutableArray<long>> _need = new(ReferenceEqualityComparer.Instance);
    readonly List<PlannedStage> _stages = [];

    /// <summary>When each stage began and ended.</summary>
    public Dictionary<PlannedStage, (double Began, double Ended)> Times { get; } = new(ReferenceEqualityComparer.Instance);

    public IReadOnlyList<PlannedStage> Stages => _stages;

    public IReadOnlyDictionary<PlannedStage, double> Seconds => _seconds;

    /// <summary>The most that was held at once of each resource.</summary>
    public long[] MostHeld { get; private set; } = [];

    public double Makespan => Times.Values.Max(time => time.Ended);

    /// <summary>No schedule is shorter than the longest path, nor than the work divided among the CPUs.</summary>
    public double Bound(int cpus)
    {
        var urgency = new Urgency([.. _stages], stage => _seconds[stage]);
        return Math.Max(_stages.Max(urgency.Of), _stages.Sum(stage => _seconds[stage] * _need[stage][0]) / cpus);
    }

    public PlannedStage Add(double seconds, ImmutableArray<long> need, params PlannedStage[] needs)
    {
        var stage = new PlannedStage(new Node($"s{_stages.Count}"), []) { Needs = [.. needs] };
        _stages.Add(stage);
        (_seconds[stage], _need[stage]) = (seconds, need);
        return stage;
    }

    /// <summary>Layers of stages, as wide as sixteen cores like it; each stage takes from a second to many minutes and needs one to three earlier ones.</summary>
    public static SimulatedRun Random(int seed, Func<Random, ImmutableArray<long>> need)
    {
        var random = new Random(seed);
        var run = new SimulatedRun();
        var before = new List<PlannedStage>();
        for (var layer = 0; layer < random.Next(4, 16); layer++)
        {
            var made = new List<PlannedStage>();
            for (var i = random.Next(16, 64); i > 0; i--)
                made.Add(run.Add(Math.Exp(5 * random.NextDouble()), need(random), [.. Enumerable.Range(0, before.Count == 0 ? 0 : random.Next(1, 4)).Select(_ => before[random.Next(before.Count)]).Distinct()]));
            before = [.. before.Skip(before.Count / 2), .. made];
        }

        return run;
    }

    /// <param name="capacity">What there is of each resource, CPUs first.</param>
    /// <param name="estimate">What a stage's past time says of it.</param>
    public SimulatedRun Play(ImmutableArray<long> capacity, Func<PlannedStage, double> estimate)
    {
        var urgency = new Urgency([.. _stages], stage => estimate(stage));
        var dispatcher = new Dispatcher<PlannedStage>(capacity);
        var unsettled = _stages.ToDictionary(stage => stage, stage => stage.Needs.Length);
        var neededBy = _stages.SelectMany(stage => stage.Needs.Select(need => (need, stage))).ToLookup(edge => edge.need, edge => edge.stage);
        var ends = new PriorityQueue<PlannedStage, (double, int)>();
        long[] held = [.. capacity.Select(_ => 0L)];
        MostHeld = [.. held];
        var now = 0.0;
        foreach (var stage in _stages.Where(stage => stage.Needs.IsEmpty)) Offer(stage);
        do
        {
            while (dispatcher.Next(now) is { } job)
            {
                Times.Add(job.Work, (now, now + _seconds[job.Work]));
                ends.Enqueue(job.Work, (now + _seconds[job.Work], job.Order));
                for (var i = 0; i < held.Length; i++) MostHeld[i] = Math.Max(MostHeld[i], held[i] += job.Need[i]);
            }

            if (!ends.TryDequeue(out var ended, out var time)) break;
            now = time.Item1;
            dispatcher.End(ended);
            for (var i = 0; i < held.Length; i++) held[i] -= _need[ended][i];
            foreach (var dependent in neededBy[ended])
                if (--unsettled[dependent] == 0) Offer(dependent);
        }
        while (true);
        return this;

        void Offer(PlannedStage stage) => dispatcher.Add(new Job<PlannedStage>(stage, _need[stage], urgency.SecondsOf(stage), urgency.Of(stage), _stages.IndexOf(stage)));
    }

    sealed class Node(string name) : Stage
    {
        public override string Name => name;

        protected internal override Task RunAsync(StageRun run) => throw new InvalidOperationException("It is only simulated.");
    }
}
