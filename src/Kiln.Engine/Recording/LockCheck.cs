using System.Collections.Immutable;
using Kiln.Caching;
using Kiln.Fingerprinting;
using Kiln.Planning;
using Kiln.Running;

namespace Kiln.Recording;

/// <summary>A fact of which the lock file says one thing and the pipeline as it stands another.</summary>
readonly record struct OutOfStep(string Stage, string What, string Locked, string Now);

/// <summary>
/// Holds a pipeline's lock file against its code and settings, without its data: what stages made is taken from the lock file, sources are
/// looked at where they are there and believed where they are not.
/// </summary>
sealed class LockCheck(Graph graph, LockedPipeline locked, WorkspaceState state)
{
    /// <summary>Stands for the hash of a file that is not here: no file has it.</summary>
    static readonly ContentHash Absent = new(new byte[ContentHash.Size]);

    readonly List<OutOfStep> _found = [];
    readonly HashSet<string> _believed = new(StringComparer.Ordinal);
    readonly Dictionary<LockedStage, Dictionary<string, string>> _partitions = new(ReferenceEqualityComparer.Instance);

    /// <summary>The sources that are not here and were believed to be as the lock file has them.</summary>
    public IReadOnlyCollection<string> Believed => _believed;

    /// <summary>Native parts that differ on this machine: no fault of the lock file.</summary>
    public List<OutOfStep> OfThisMachine { get; } = [];

    /// <param name="targets">The targets that are checked, with what they need; none for the whole pipeline.</param>
    public ImmutableArray<OutOfStep> Run(IReadOnlyList<string> targets)
    {
        var stages = targets.Count == 0 ? [.. graph.Stages.Where(IsExpected)] : graph.Outline(targets).Stages;
        var groups = stages.Where(stage => !stage.IsTask).GroupBy(stage => stage.Stage.Name, StringComparer.Ordinal).ToList();
        foreach (var group in groups)
            if (!locked.Stages.TryGetValue(group.Key, out var block)) _found.Add(new OutOfStep(group.Key, "stage", "(none)", "declared"));
            else if (group.ToList() is [var one] && one.Stage.PartitionKey is null) CheckWhole(one, block);
            else CheckPartitions([.. group], block);
        if (targets.Count > 0) return [.. _found];
        foreach (var name in locked.Stages.Keys.Except(groups.Select(group => group.Key))) _found.Add(new OutOfStep(name, "stage", "recorded", "(none)"));
        return [.. _found];
    }

    /// <summary>What runs on demand alone is expected in the file where it ever ran.</summary>
    bool IsExpected(PlannedStage stage) => !stage.Stage.Shape.IsOnDemand || locked.Stages.ContainsKey(stage.Stage.Name);

    void CheckWhole(PlannedStage stage, LockedStage block)
    {
        var manifest = ManifestOf(stage);
        var unsure = manifest.Facts.Where(IsAbsent).Select(LockFile.RoleOf).ToHashSet();
        var expected = LockFile.LinesOf(manifest).Select(fact => IsUnsure(fact, unsure) ? fact with { Value = block.Find(fact.Kind, fact.Label) ?? "(not here)" } : fact)
            .Concat(stage.Outputs.Select(output => new LockedFact(LockedKind.Output, output.Relative, block.Find(LockedKind.Output, output.Relative) ?? "declared")));
        Compare(stage.Name, block.Facts.Where(fact => fact.Kind is not (LockedKind.Metric or LockedKind.Partition)), expected, [.. manifest.Facts.Where(LockFile.IsOfThisMachine).Select(LockFile.PathOf)]);
    }

    /// <summary>The lines all partitions share are compared one by one; a partition's own line only says that something differs.</summary>
    void CheckPartitions(List<PlannedStage> stages, LockedStage block)
    {
        var found = _found.Count;
        var lines = new Dictionary<string, string>(PartitionsOf(block), StringComparer.Ordinal);
        var manifests = stages.Select(stage => (Stage: stage, Manifest: ManifestOf(stage))).ToList();
        foreach (var shared in block.Facts.Where(fact => fact.Kind is LockedKind.Setting or LockedKind.Code))
        {
            var kind = shared.Kind == LockedKind.Code ? FactKind.Code : FactKind.Setting;
            foreach (var (_, manifest) in manifests.Where(entry => lines.ContainsKey(entry.Stage.Stage.PartitionKey ?? "")))
            {
                var now = manifest.Facts.FirstOrDefault(fact => fact.Kind == kind && fact.Label == shared.Label)?.Value;
                if (now == shared.Value) continue;
                (LockFile.IsOfThisMachine(shared) ? OfThisMachine : _found).Add(new OutOfStep(block.Name, $"{shared.Word} {shared.Label}", shared.Value, now ?? "(none)"));
                break;
            }
        }

        var isExplained = _found.Count > found;
        foreach (var (stage, manifest) in manifests)
            if (!lines.Remove(stage.Stage.PartitionKey ?? "", out var line))
            {
                if (!stage.Stage.Shape.IsOnDemand) _found.Add(new OutOfStep(stage.Name, "partition", "(none)", "declared"));
            }
            else if (!isExplained && !manifest.Facts.Any(IsAbsent) && LockFile.OriginOf(manifest) is var origin && line.Split(' ')[0] != origin)
                _found.Add(new OutOfStep(stage.Name, "what it was made from", line.Split(' ')[0], origin));
        if (stages.Count < graph.Stages.Count(stage => stage.Stage.Name == block.Name)) return;
        foreach (var key in lines.Keys) _found.Add(new OutOfStep($"{block.Name}[{key}]", "partition", "recorded", "(none)"));
    }

    void Compare(string stage, IEnumerable<LockedFact> recorded, IEnumerable<LockedFact> expected, HashSet<string> ofThisMachine)
    {
        var before = new Dictionary<(LockedKind Kind, string Label), string>();
        foreach (var fact in recorded) before[(fact.Kind, fact.Label)] = fact.Value;
        foreach (var fact in expected.DistinctBy(fact => (fact.Kind, fact.Label)))
            if (!before.Remove((fact.Kind, fact.Label), out var was)) Note(fact, "(none)", fact.Value);
            else if (was != fact.Value) Note(fact, was, fact.Value);
        foreach (var ((kind, label), was) in before) Note(new LockedFact(kind, label, was), was, "(none)");

        void Note(LockedFact fact, string was, string now) =>
            (LockFile.IsOfThisMachine(fact) || (fact.Kind == LockedKind.Input && ofThisMachine.Contains(fact.Label)) ? OfThisMachine : _found).Add(new OutOfStep(stage, $"{fact.Word} {fact.Label}", was, now));
    }

    Manifest ManifestOf(PlannedStage stage) => Decider.ManifestOf(stage, Resolve, state.Code);

    ContentHash? Resolve(PlannedInput input)
    {
        if (input.Producer is { } producer) return LockedOutput(producer, input.Label);
        if (state.Hashes.Of(input) is { } here) return here;
        _believed.Add(input.Label);
        return Absent;
    }

    /// <summary>The hash of an output as recorded; absent where it varies by run, lies in an output folder, or is not recorded at all.</summary>
    ContentHash LockedOutput(PlannedStage producer, string path)
    {
        if (!locked.Stages.TryGetValue(producer.Stage.Name, out var block)) return Absent;
        if (producer.Stage.PartitionKey is not { } key) return ContentHash.TryParse(block.Find(LockedKind.Output, path) ?? "", out var whole) ? whole : Absent;
        var place = producer.Outputs.Select(output => output.Relative).Order(StringComparer.Ordinal).ToList().IndexOf(path);
        var line = PartitionsOf(block).GetValueOrDefault(key);
        return place >= 0 && line is not null && ContentHash.TryParse(line.Split(' ').ElementAtOrDefault(place + 1) ?? "", out var hash) ? hash : Absent;
    }

    Dictionary<string, string> PartitionsOf(LockedStage block)
    {
        if (_partitions.TryGetValue(block, out var known)) return known;
        var lines = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var fact in block.Of(LockedKind.Partition)) lines[fact.Label] = fact.Value;
        return _partitions[block] = lines;
    }

    static bool IsAbsent(Fact fact) => fact.Kind == FactKind.Input && fact.Value == Absent.ToString();

    static bool IsUnsure(LockedFact fact, HashSet<string> unsure) =>
        fact.Kind == LockedKind.Input ? fact.Value == Absent.ToString() : fact.Kind == LockedKind.Inputs && unsure.Contains(fact.Label[..fact.Label.IndexOf(':')]);
}
