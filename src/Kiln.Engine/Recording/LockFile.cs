using System.Collections.Immutable;
using System.Text;
using Kiln.Caching;
using Kiln.Fingerprinting;
using Kiln.Planning;

namespace Kiln.Recording;

/// <summary>
/// pipeline.lock: what each stage of a pipeline was last made from and what it made, beside the pipeline, for git.
/// One sorted block a stage, one fact a line, so that it reads as a record and merges as text. A run writes it and never reads it back as
/// truth; <see cref="LockCheck"/> compares it with the pipeline as it stands.
/// </summary>
static class LockFile
{
    public const string Name = "pipeline.lock";

    /// <summary>Part of what decides whether a file is as it was left: another layout is written anew.</summary>
    const string Layout = "kiln lock 2\n";

    /// <summary>More inputs of one role than this, such as a stage's 183 days, are one line.</summary>
    const int MostInputs = 8;

    /// <summary>Writes the file where a stage's result, the pipeline's stages, or the file itself changed since it was last written.</summary>
    public static void Keep(string path, Graph graph, WorkspaceState state, ResultStore results)
    {
        var names = ContentHash.Of(Encoding.UTF8.GetBytes(Layout + string.Join('\n', graph.Stages.Select(stage => stage.Name))));
        var isKept = state.Locks.TryGetValue(graph.Pipeline, out var kept) && kept.Names == names && !state.StagesChanged && state.Hashes.OfBytes(path) == kept.File;
        if (isKept) return;
        var before = Before(path);
        var stages = graph.Stages.GroupBy(stage => stage.Stage.Name, StringComparer.Ordinal)
            .Select(group => BlockOf([.. group], before.Stages.GetValueOrDefault(group.Key), state, results, graph.Pipeline)).OfType<LockedStage>();
        var bytes = Encoding.UTF8.GetBytes(LockedPipeline.Of(stages).ToString());
        if (!File.Exists(path) || !File.ReadAllBytes(path).AsSpan().SequenceEqual(bytes)) AtomicFile.Write(path, bytes);
        var hash = ContentHash.Of(bytes);
        if (FileStamp.Of(path) is { } written) state.Hashes.Note(path, written, hash);
        state.Locks[graph.Pipeline] = new KeptLock(names, hash);
        state.StagesChanged = true;
    }

    /// <summary>The lines that a whole stage's manifest gives.</summary>
    public static IEnumerable<LockedFact> LinesOf(Manifest manifest)
    {
        foreach (var fact in manifest.Facts)
            if (fact.Kind is FactKind.Setting) yield return new LockedFact(LockedKind.Setting, fact.Label, fact.Value);
        foreach (var fact in manifest.Facts)
            if (fact.Kind is FactKind.Code) yield return new LockedFact(LockedKind.Code, fact.Label, fact.Value);
        foreach (var role in manifest.Facts.Where(fact => fact.Kind == FactKind.Input).GroupBy(RoleOf).OrderBy(role => role.Key, StringComparer.Ordinal))
        {
            var inputs = role.OrderBy(fact => fact.Label, StringComparer.Ordinal).ToList();
            if (inputs.Count <= MostInputs)
                foreach (var input in inputs) yield return new LockedFact(LockedKind.Input, PathOf(input), input.Value);
            else yield return new LockedFact(LockedKind.Inputs, $"{role.Key}: {inputs.Count} files", HashOf(inputs));
        }
    }

    /// <summary>The hash of what a partition was made from: all that a change of it would show in, and that is the same on every machine.</summary>
    public static string OriginOf(Manifest manifest) =>
        HashOf(manifest.Facts.Where(fact => fact.Kind is FactKind.Setting or FactKind.Code or FactKind.Input && !IsOfThisMachine(fact)));

    /// <summary>What is installed where Kiln runs is recorded, but another machine has others.</summary>
    public static bool IsOfThisMachine(Fact fact) => fact.Kind switch
    {
        FactKind.Input => PlannedInput.IsInstalledAs(RoleOf(fact), PathOf(fact)),
        FactKind.Code => fact.Label.StartsWith("library ", StringComparison.Ordinal),
        _ => false,
    };

    /// <inheritdoc cref="IsOfThisMachine(Fact)"/>
    public static bool IsOfThisMachine(LockedFact fact) =>
        fact.Kind == LockedKind.Input ? fact.Label.StartsWith(".kiln/", StringComparison.Ordinal) : fact.Kind == LockedKind.Code && fact.Label.StartsWith("library ", StringComparison.Ordinal);

    public static string PathOf(Fact input) => input.Label[(input.Label.IndexOf(' ') + 1)..];

    public static string RoleOf(Fact input) => input.Label[..input.Label.IndexOf(' ')];

    /// <summary>The file as it is. One that cannot be read is written anew, without the blocks of stages that were never made here.</summary>
    static LockedPipeline Before(string path)
    {
        try
        {
            return File.Exists(path) ? LockedPipeline.Parse(File.ReadAllText(path), path) : LockedPipeline.Empty;
        }
        catch (UsageException)
        {
            return LockedPipeline.Empty;
        }
    }

    /// <summary>The block of a stage or of its partitions. What was never made in this workspace keeps what the file had, as in a fresh clone.</summary>
    static LockedStage? BlockOf(List<PlannedStage> group, LockedStage? before, WorkspaceState state, ResultStore results, string pipeline)
    {
        var made = group.Select(stage => (Stage: stage, Result: state.Stages.TryGetValue($"{pipeline}/{stage.Name}", out var last) ? results.Find(last.Fingerprint) : null))
            .Where(entry => entry.Result is not null).Select(entry => (entry.Stage, Result: entry.Result!)).ToList();
        if (made.Count == 0) return before;
        var name = group[0].Stage.Name;
        return made is [var (stage, only)] && stage.Stage.PartitionKey is null ? new LockedStage(name, [.. WholeFacts(stage, only)]) : new LockedStage(name, [.. PartitionFacts(made, Declared(before, group))]);
    }

    static ImmutableArray<LockedFact> Declared(LockedStage? block, List<PlannedStage> group)
    {
        var keys = group.Select(stage => stage.Stage.PartitionKey).ToHashSet();
        return [.. block?.Of(LockedKind.Partition).Where(line => keys.Contains(line.Label)) ?? []];
    }

    static IEnumerable<LockedFact> WholeFacts(PlannedStage stage, StageResult result)
    {
        foreach (var fact in LinesOf(result.Manifest)) yield return fact;
        foreach (var output in result.Outputs.OrderBy(output => output.Path, StringComparer.Ordinal))
            yield return new LockedFact(LockedKind.Output, output.Path, stage.Outputs.Any(place => place.VariesByRun && place.Relative == output.Path) ? LockedFact.Varies : output.Hash.ToString());
        foreach (var (metric, value) in result.Metrics) yield return new LockedFact(LockedKind.Metric, metric, value.ToString("R"));
    }

    /// <summary>What all partitions share, and a line for each: what it was made from and what it made.</summary>
    static IEnumerable<LockedFact> PartitionFacts(List<(PlannedStage Stage, StageResult Result)> made, ImmutableArray<LockedFact> before)
    {
        var shared = made.Select(entry => LinesOf(entry.Result.Manifest).Where(fact => fact.Kind is LockedKind.Setting or LockedKind.Code)).Aggregate((a, b) => a.Intersect(b));
        var lines = new SortedDictionary<string, LockedFact>(StringComparer.Ordinal);
        foreach (var line in before) lines[line.Label] = line;
        foreach (var (stage, result) in made)
        {
            var varying = stage.Outputs.Where(place => place.VariesByRun).Select(place => place.Relative).ToHashSet();
            var outputs = result.Outputs.OrderBy(output => output.Path, StringComparer.Ordinal).Select(output => varying.Contains(output.Path) ? "varies" : output.Hash.ToString());
            var key = stage.Stage.PartitionKey ?? "";
            lines[key] = new LockedFact(LockedKind.Partition, key, string.Join(' ', outputs.Prepend(OriginOf(result.Manifest))));
        }

        return shared.Concat(lines.Values);
    }

    static string HashOf(IEnumerable<Fact> facts) =>
        ContentHash.Of(Encoding.UTF8.GetBytes(string.Concat(facts.Select(fact => $"{fact.Label}\n{fact.Value}\n")))).ToString();
}
