using System.Collections.Immutable;

namespace Kiln.Learning.Reporting;

/// <summary>Turns what the engine tells of a run into what pages show of it.</summary>
public static class RunPages
{
    /// <summary>What upstream was made from: commit, fingerprints, inputs, environment.</summary>
    /// <param name="facts">The run.</param>
    /// <param name="seeds">The seeds of everything that draws at random.</param>
    /// <param name="reproduce">The command that makes the same again.</param>
    public static Provenance ProvenanceOf(RunFacts facts, ImmutableArray<Fact> seeds, string reproduce) => new()
    {
        Run = facts.Run,
        Commit = facts.Git switch { null => "not in a git repository", { Commit: "" } => "before the first commit", var git => git.Commit },
        Branch = facts.Git?.Branch ?? "",
        Dirty = facts.Git?.IsDirty ?? false,
        PatchHash = facts.Git?.Patch ?? "",
        Fingerprints = [.. Groups(facts).Select(group => new Fact(group.Key, Combined(group.Select(stage => stage.Fingerprint))))],
        Inputs = [.. SourceInputs(facts)],
        Environment = [.. facts.Environment.Select(fact => new Fact(fact.Key, fact.Value))],
        Seeds = seeds,
        Reproduce = reproduce,
    };

    /// <summary>The content hash of a file that a stage upstream made; empty where none did.</summary>
    public static string HashOf(RunFacts facts, string path) => facts.Upstream.SelectMany(stage => stage.Outputs).FirstOrDefault(output => output.Path == path).Hash ?? "";

    /// <summary>The stages upstream that made files; partitions are one.</summary>
    public static IEnumerable<string> MakersOf(RunFacts facts, IEnumerable<string> paths)
    {
        var read = paths.ToHashSet(StringComparer.Ordinal);
        return facts.Upstream.Where(stage => stage.Outputs.Any(output => read.Contains(output.Path))).Select(stage => stage.Group).Distinct();
    }

    /// <summary>The command that makes a stage's outputs again, with the settings that were given by hand.</summary>
    public static string Reproduce(RunFacts facts, string stage) =>
        string.Join(' ', [$"./build.sh --pipeline {facts.Pipeline} --target {(stage.Contains('[') ? Quoted(stage) : stage)}", .. facts.Overrides.Select(pair => $"--set {Quoted(pair)}")]);

    /// <summary>As a shell takes it literally.</summary>
    static string Quoted(string text) => "'" + text.Replace("'", "'\\''", StringComparison.Ordinal) + "'";

    /// <summary>The stages upstream and the one that makes the page; partitions are one node.</summary>
    public static RunGraph GraphOf(RunFacts facts, string self, IEnumerable<string> selfNeeds)
    {
        var groups = Groups(facts).ToList();
        var groupOf = facts.Upstream.ToDictionary(stage => stage.Name, stage => stage.Group);
        var edges = groups.SelectMany(group => group.SelectMany(stage => stage.Needs).Select(need => new RunEdge(groupOf[need], group.Key)))
            .Concat(selfNeeds.Select(need => new RunEdge(need, self)))
            .Where(edge => edge.From != edge.To).Distinct();
        return new RunGraph
        {
            Nodes =
            [
                .. groups.Select(group => new RunNode
                {
                    Name = group.Key,
                    State = StateOf(group),
                    Seconds = group.Sum(stage => stage.Seconds),
                    Reason = group.CountBy(stage => stage.Why).MaxBy(reason => reason.Value).Key,
                    Partitions = group.Count(),
                }),
                new RunNode { Name = self, State = StageState.Running, Seconds = 0, Reason = "it makes this page", Partitions = 1 },
            ],
            Edges = [.. edges],
        };
    }

    /// <summary>When each stage's body worked: those of this run, the first beginning at 0; where none did, how long each took in its own run.</summary>
    public static RunTimeline TimelineOf(RunFacts facts)
    {
        var worked = Groups(facts).Where(group => group.Any(stage => stage.Run == facts.Run)).ToList();
        if (worked.Count == 0)
            return new RunTimeline { Bars = [.. Groups(facts).Select(group => new TimelineBar { Stage = group.Key, From = 0, To = group.Sum(stage => stage.Seconds), State = StateOf(group) })] };
        var began = worked.Min(group => group.Where(stage => stage.Run == facts.Run).Min(stage => stage.Started));
        return new RunTimeline
        {
            Bars =
            [
                .. worked.Select(group => (group.Key, Stages: group.Where(stage => stage.Run == facts.Run).ToList())).Select(group => new TimelineBar
                {
                    Stage = group.Key,
                    From = (group.Stages.Min(stage => stage.Started) - began).TotalSeconds,
                    To = group.Stages.Max(stage => (stage.Started - began).TotalSeconds + stage.Seconds),
                    State = StateOf(group.Stages),
                }).OrderBy(bar => bar.From),
            ],
        };
    }

    static IEnumerable<IGrouping<string, StageRecord>> Groups(RunFacts facts) => facts.Upstream.GroupBy(stage => stage.Group);

    static StageState StateOf(IEnumerable<StageRecord> group) =>
        group.Any(stage => stage.Outcome is Outcome.Ran) ? StageState.Ran
        : group.Any(stage => stage.Outcome is Outcome.Restored) ? StageState.Restored
        : group.All(stage => stage.Outcome is Outcome.UpToDate) ? StageState.UpToDate
        : StageState.Skipped;

    /// <summary>What no stage made: sources and libraries, each once; many files of one kind as one fact.</summary>
    static IEnumerable<Fact> SourceInputs(RunFacts facts)
    {
        var made = facts.Upstream.SelectMany(stage => stage.Outputs).Select(output => output.Hash).ToHashSet();
        foreach (var group in Groups(facts))
            foreach (var role in group.SelectMany(stage => stage.Inputs).Where(input => !made.Contains(input.Hash)).Distinct().GroupBy(input => input.Path.Split(' ', 2)[0]))
            {
                var inputs = role.OrderBy(input => input.Path, StringComparer.Ordinal).ToList();
                yield return inputs is [var one]
                    ? new Fact($"{group.Key}: {one.Path.Split(' ', 2)[^1]}", one.Hash)
                    : new Fact($"{group.Key}: {inputs.Count} files as {role.Key}", Combined(inputs.Select(input => input.Hash)));
            }
    }

    /// <summary>One hash as it is; several as the hash of their list.</summary>
    static string Combined(IEnumerable<string> hashes)
    {
        var all = hashes.ToList();
        return all is [var one] ? one : $"{Kiln.Fingerprinting.ContentHash.Of(System.Text.Encoding.UTF8.GetBytes(string.Concat(all)))} (of {all.Count})";
    }
}
