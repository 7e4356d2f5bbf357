using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.InteropServices;
using Kiln.Planning;

namespace Kiln.Running;

/// <summary>
/// What a run may give out: CPUs, memory, GPUs and the pipeline's tokens, as amounts in a fixed order. The machine is asked only for what some
/// stage needs.
/// </summary>
sealed class Capacity
{
    const int Cpus = 0;
    const int Memory = 1;
    const int Gpus = 2;
    const int FirstToken = 3;
    const double MiBPerGiB = 1024;

    readonly ImmutableArray<string> _tokens;
    readonly long[] _total;

    Capacity(ImmutableArray<string> tokens, long[] total) => (_tokens, _total) = (tokens, total);

    public ImmutableArray<long> Total => ImmutableCollectionsMarshal.AsImmutableArray(_total);

    /// <summary>The devices that may be given out.</summary>
    public IEnumerable<int> GpuNumbers => Enumerable.Range(0, (int)_total[Gpus]);

    /// <exception cref="UsageException">A stage needs more than there is.</exception>
    public static Capacity For(Plan plan, int cpus, IReadOnlyDictionary<string, int> tokens)
    {
        var names = tokens.Keys.Order(StringComparer.Ordinal).ToImmutableArray();
        var needsMemory = plan.Stages.Any(stage => stage.Stage.Execution.MemoryGiB > 0);
        var needsGpus = plan.Stages.Any(stage => stage.Stage.Execution.Gpus > 0);
        var total = new long[FirstToken + names.Length];
        (total[Cpus], total[Memory], total[Gpus]) = (cpus, needsMemory ? MachineMemory.AvailableMiB() : 0, needsGpus ? VisibleGpus.Count() : 0);
        for (var i = 0; i < names.Length; i++) total[FirstToken + i] = tokens[names[i]];
        var capacity = new Capacity(names, total);
        foreach (var stage in plan.Stages) capacity.RefuseExcess(stage);
        return capacity;
    }

    /// <summary>What a stage holds while its body works.</summary>
    public ImmutableArray<long> NeedOf(PlannedStage stage)
    {
        var execution = stage.Stage.Execution;
        var need = new long[_total.Length];
        need[Cpus] = CpusOf(stage);
        need[Memory] = MiB(execution.MemoryGiB);
        need[Gpus] = execution.Gpus;
        foreach (var (name, count) in execution.Tokens) need[FirstToken + _tokens.IndexOf(name)] = count;
        return ImmutableCollectionsMarshal.AsImmutableArray(need);
    }

    /// <summary>What is held while outputs are copied from the store: a CPU.</summary>
    public ImmutableArray<long> NeedOfRestoring()
    {
        var need = new long[_total.Length];
        need[Cpus] = 1;
        return ImmutableCollectionsMarshal.AsImmutableArray(need);
    }

    /// <summary>CPUs are shared in time: a body that wants more than there are is given all, and is slower for it, not wrong.</summary>
    public int CpusOf(PlannedStage stage) => (int)Math.Min(stage.Stage.Execution.Cpus, _total[Cpus]);

    void RefuseExcess(PlannedStage stage)
    {
        var execution = stage.Stage.Execution;
        if (execution is { Cpus: < 1 } or { MemoryGiB: < 0 } or { Gpus: < 0 } or { Retries: < 0 }) throw PlanErrors.NoSuchNeed(stage.Name, execution);
        if (MiB(execution.MemoryGiB) > _total[Memory])
            throw PlanErrors.NeedsTooMuch(stage.Name, "memory", $"{execution.MemoryGiB} GiB", string.Create(CultureInfo.InvariantCulture, $"{_total[Memory] / MiBPerGiB:0.0} GiB"), "Free some, lower the need, or run on a larger machine.");
        if (execution.Gpus > _total[Gpus])
            throw PlanErrors.NeedsTooMuch(stage.Name, "GPUs", execution.Gpus.ToString(), _total[Gpus].ToString(), "Run on a machine that has them; CUDA_VISIBLE_DEVICES limits which are seen.");
        foreach (var (name, count) in execution.Tokens)
        {
            if (!_tokens.Contains(name)) throw PlanErrors.UnknownToken(name, stage.Name, _tokens);
            if (count < 1 || count > _total[FirstToken + _tokens.IndexOf(name)])
                throw PlanErrors.NeedsTooMuch(stage.Name, $"tokens of {name}", count.ToString(), _total[FirstToken + _tokens.IndexOf(name)].ToString(), "Say with pipeline.Tokens how many there are.");
        }
    }

    static long MiB(double gib) => (long)Math.Ceiling(gib * MiBPerGiB);
}
