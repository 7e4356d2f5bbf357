using System.Collections.Immutable;
using System.Text;
using Kiln.Caching;
using Kiln.Fingerprinting;
using Kiln.Planning;

namespace Kiln.Recording;

/// <summary>
/// pipeline.lock: what each stage of a pipeline was last made from and what it made, beside the pipeline, for git.
/// One sorted block a stage, one fact a line, so that it reads as a record and merges as text. Kiln writes it and never reads it back as truth.
/// </summary>
static class LockFile
{
    const string Heading = "# What each stage was last made from, and what it made. Written by Kiln; commit it, and after a merge run the pipeline.\n";

    /// <summary>Writes the file where a stage's result, the pipeline's stages, or the file itself changed since it was last written.</summary>
    public static void Keep(string path, Graph graph, WorkspaceState state, ResultStore results)
    {
        var names = ContentHash.Of(Encoding.UTF8.GetBytes(string.Join('\n', graph.Stages.Select(stage => stage.Name))));
        var isKept = state.Locks.TryGetValue(graph.Pipeline, out var kept) && kept.Names == names && !state.StagesChanged && state.Hashes.Of(path) == kept.File;
        if (isKept) return;
        var varying = graph.Stages.SelectMany(stage => stage.Outputs).Where(output => output.VariesByRun).Select(output => output.Relative).ToHashSet();
        var bytes = Write(Blocks(path), varying, [.. graph.Stages.Select(stage => (stage.Stage.Name, stage.Name))],
            name => state.Stages.TryGetValue($"{graph.Pipeline}/{name}", out var last) ? results.Find(last.Fingerprint) : null);
        if (!File.Exists(path) || !File.ReadAllBytes(path).AsSpan().SequenceEqual(bytes)) AtomicFile.Write(path, bytes);
        var hash = ContentHash.Of(bytes);
        state.Hashes.Note(path, hash);
        state.Locks[graph.Pipeline] = new KeptLock(names, hash);
        state.StagesChanged = true;
    }

    /// <summary>The file's bytes. A stage that was never made in this workspace keeps the block that the file had, as in a fresh clone.</summary>
    /// <param name="before">The blocks of the file as it is, by stage.</param>
    /// <param name="varying">The outputs whose hashes differ with every run, and would only make noise.</param>
    /// <param name="stages">The names of the pipeline's stages, whole and partitions: others are left out.</param>
    /// <param name="resultOf">The last result of a stage, or null.</param>
    static byte[] Write(Dictionary<string, string> before, HashSet<string> varying, IReadOnlyList<(string Group, string Name)> stages, Func<string, StageResult?> resultOf)
    {
        var text = new StringBuilder(Heading);
        foreach (var group in stages.GroupBy(stage => stage.Group).OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            var results = group.Select(stage => (stage.Name, Result: resultOf(stage.Name))).Where(entry => entry.Result is not null).ToList();
            if (results.Count == 0)
            {
                if (before.TryGetValue(group.Key, out var block)) text.Append(block);
                continue;
            }

            if (results is [var (name, only)] && name == group.Key) AppendBlock(text, name, only!, varying);
            else AppendPartitions(text, group.Key, results!);
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    /// <summary>The blocks of a file, each with the empty line before it; none where the file is not there or holds merge markers.</summary>
    static Dictionary<string, string> Blocks(string path)
    {
        var blocks = new Dictionary<string, string>(StringComparer.Ordinal);
        var text = File.Exists(path) ? File.ReadAllText(path) : "";
        if (text.Contains("\n<<<<<<< ", StringComparison.Ordinal) || text.StartsWith("<<<<<<< ", StringComparison.Ordinal)) return blocks;
        foreach (var block in text.Split("\n\n").Skip(1)) blocks[block.Split('\n')[0]] = "\n" + block.TrimEnd('\n') + "\n";
        return blocks;
    }

    static void AppendBlock(StringBuilder text, string name, StageResult result, HashSet<string> varying)
    {
        text.Append('\n').Append(name).Append('\n');
        foreach (var fact in result.Manifest.Facts.Where(fact => fact.Kind is FactKind.Setting))
            text.Append("  setting  ").Append(fact.Label).Append(" = ").Append(fact.Value).Append('\n');
        AppendInputs(text, result.Manifest.Facts);
        foreach (var output in result.Outputs.OrderBy(output => output.Path, StringComparer.Ordinal))
            text.Append("  output   ").Append(output.Path).Append("  ").Append(varying.Contains(output.Path) ? "(varies by run)" : output.Hash.ToString()).Append('\n');
        foreach (var (metric, value) in result.Metrics)
            text.Append("  metric   ").Append(metric).Append(" = ").Append(value.ToString("R")).Append('\n');
    }

    /// <summary>Many inputs of one role, such as a stage's 183 days, are one line: their count and the hash of their hashes.</summary>
    static void AppendInputs(StringBuilder text, ImmutableArray<Fact> facts)
    {
        foreach (var role in facts.Where(fact => fact.Kind == FactKind.Input).GroupBy(fact => fact.Label.Split(' ', 2)[0]).OrderBy(role => role.Key, StringComparer.Ordinal))
        {
            var inputs = role.OrderBy(fact => fact.Label, StringComparer.Ordinal).ToList();
            if (inputs.Count <= 8)
                foreach (var input in inputs) text.Append("  input    ").Append(input.Label.Split(' ', 2)[1]).Append("  ").Append(input.Value).Append('\n');
            else
                text.Append("  inputs   ").Append(role.Key).Append(": ").Append(inputs.Count).Append(" files  ")
                    .Append(ContentHash.Of(Encoding.UTF8.GetBytes(string.Concat(inputs.Select(input => $"{input.Label}\n{input.Value}\n"))))).Append('\n');
        }
    }

    static void AppendPartitions(StringBuilder text, string group, List<(string Name, StageResult Result)> results)
    {
        text.Append('\n').Append(group).Append('\n');
        var shared = results.Select(entry => entry.Result.Manifest.Facts.Where(fact => fact.Kind == FactKind.Setting)).Aggregate((a, b) => a.Intersect(b)).ToList();
        foreach (var fact in shared) text.Append("  setting  ").Append(fact.Label).Append(" = ").Append(fact.Value).Append('\n');
        foreach (var (name, result) in results.OrderBy(entry => entry.Name, StringComparer.Ordinal))
            text.Append("  ").Append(name[group.Length..]).Append("  ")
                .Append(string.Join(' ', result.Outputs.OrderBy(output => output.Path, StringComparer.Ordinal).Select(output => output.Hash.ToString()))).Append('\n');
    }
}
