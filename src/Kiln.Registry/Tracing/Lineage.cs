using System.Collections.Immutable;

namespace Kiln.Registry;

/// <summary>A file that a stage read.</summary>
/// <param name="Path">The file, relative to the workspace; of one outside it, the name.</param>
/// <param name="Hash">The SHA-256 that it had.</param>
/// <param name="From">The stage that wrote it; null for a source.</param>
sealed record ReadFile(string Path, string Hash, string? From);

/// <summary>What made a version, as its document tells: stages, the files between them, and the sources that no stage wrote.</summary>
sealed class Lineage
{
    readonly Dictionary<string, MadeStage> _writers = new(StringComparer.Ordinal);

    public Lineage(VersionDocument document)
    {
        Document = document;
        foreach (var stage in document.Stages)
            foreach (var path in stage.Outputs.Keys) _writers[path] = stage;
        Sources = [.. document.Stages.SelectMany(stage => stage.Read).Where(file => !_writers.ContainsKey(file.Path)).Distinct().OrderBy(file => file.Path, StringComparer.Ordinal).Select(file => new ReadFile(file.Path, file.Hash, null))];
    }

    public VersionDocument Document { get; }

    /// <summary>The files that came from outside, in the order of their paths: sources that are not installed, and what stages fetched over the network.</summary>
    public IEnumerable<ReadFile> Data => Sources.Where(file => !IsInstalled(file.Path))
        .Concat(Document.Stages.Where(stage => stage.UsesNetwork).SelectMany(stage => stage.Outputs.Select(output => new ReadFile(output.Key, output.Value, stage.Name)))).OrderBy(file => file.Path, StringComparer.Ordinal);

    /// <summary>The files that no stage wrote, in the order of their paths.</summary>
    public ImmutableArray<ReadFile> Sources { get; }

    /// <summary>Whether a file belongs to what is installed where Kiln runs.</summary>
    public static bool IsInstalled(string path) => path.StartsWith(".kiln/", StringComparison.Ordinal);

    /// <summary>The stage that wrote a file, or null.</summary>
    public MadeStage? WriterOf(string path) => _writers.GetValueOrDefault(path);

    /// <summary>What a stage read, each with where it came from.</summary>
    public IEnumerable<ReadFile> ReadBy(MadeStage stage) => stage.Read.Distinct().Select(file => new ReadFile(file.Path, file.Hash, WriterOf(file.Path)?.Name));

    /// <summary>The files that were made from some, directly or by way of others, in the order in which they were made.</summary>
    /// <param name="isOne">Whether a file is one of those.</param>
    public ImmutableArray<(string Path, string Hash)> MadeFrom(Func<string, string, bool> isOne)
    {
        var reached = new HashSet<string>(StringComparer.Ordinal);
        var made = ImmutableArray.CreateBuilder<(string, string)>();
        foreach (var stage in Document.Stages)
        {
            if (!stage.Read.Any(file => isOne(file.Path, file.Hash) || reached.Contains(file.Path))) continue;
            foreach (var (path, hash) in stage.Outputs)
                if (reached.Add(path)) made.Add((path, hash));
        }
        return made.ToImmutable();
    }
}
