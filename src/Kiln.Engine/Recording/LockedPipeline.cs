using System.Collections.Immutable;
using System.Text;

namespace Kiln.Recording;

/// <summary>What a line of a lock file is about, in the order of a block.</summary>
enum LockedKind
{
    Setting,
    Code,
    Input,

    /// <summary>Many inputs of one role: their number and the hash of their hashes.</summary>
    Inputs,
    Output,
    Metric,

    /// <summary>A partition: the hash of what it was made from, then those of its outputs in the order of their paths.</summary>
    Partition,
}

/// <summary>One line of a lock file.</summary>
readonly record struct LockedFact(LockedKind Kind, string Label, string Value)
{
    /// <summary>What stands in place of the hash of an output that differs with every run.</summary>
    public const string Varies = "(varies by run)";

    public override string ToString() => Kind switch
    {
        LockedKind.Setting or LockedKind.Metric => $"  {Word,-7}  {Escape(Label)} = {Value}",
        LockedKind.Partition => $"  [{Escape(Label)}]  {Value}",
        _ => $"  {Word,-7}  {Escape(Label)}  {Value}",
    };

    /// <returns>The fact of a line, or null where it is none.</returns>
    public static LockedFact? TryParse(string line)
    {
        if (line.StartsWith("  [", StringComparison.Ordinal)) return Split(LockedKind.Partition, line[3..], line[3..].LastIndexOf("]  ", StringComparison.Ordinal), 3);
        if (line.Length < 12 || !Enum.TryParse<LockedKind>(line[2..9].TrimEnd(), ignoreCase: true, out var kind) || char.IsUpper(line[2])) return null;
        var rest = line[11..];
        return kind switch
        {
            LockedKind.Setting => Split(kind, rest, rest.IndexOf(" = ", StringComparison.Ordinal), 3),
            LockedKind.Metric => Split(kind, rest, rest.LastIndexOf(" = ", StringComparison.Ordinal), 3),
            _ => Split(kind, rest, rest.LastIndexOf("  ", StringComparison.Ordinal), 2),
        };
    }

    public string Word => Kind.ToString().ToLowerInvariant();

    static LockedFact? Split(LockedKind kind, string text, int at, int length) => at < 0 ? null : new(kind, Unescape(text[..at]), text[(at + length)..]);

    /// <summary>Names come from file names and keys: one must not look like two lines.</summary>
    public static string Escape(string name) => name.AsSpan().IndexOfAny('\n', '\r', '\\') < 0 ? name
        : name.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal).Replace("\r", "\\r", StringComparison.Ordinal);

    public static string Unescape(string text)
    {
        if (!text.Contains('\\')) return text;
        var name = new StringBuilder();
        for (var i = 0; i < text.Length; i++)
            name.Append(text[i] != '\\' || i + 1 == text.Length ? text[i] : text[++i] switch { 'n' => '\n', 'r' => '\r', var other => other });
        return name.ToString();
    }
}

/// <summary>A block of a lock file: one stage, or all partitions of one.</summary>
sealed record LockedStage(string Name, ImmutableArray<LockedFact> Facts)
{
    public IEnumerable<LockedFact> Of(LockedKind kind) => Facts.Where(fact => fact.Kind == kind);

    public string? Find(LockedKind kind, string label) => Facts.FirstOrDefault(fact => fact.Kind == kind && fact.Label == label).Value;

    public override string ToString() => string.Concat(Facts.Select(fact => fact + "\n").Prepend(LockedFact.Escape(Name) + "\n"));
}

/// <summary>A whole lock file, as text and as what it says: blocks sorted by name, an empty line before each.</summary>
sealed record LockedPipeline(ImmutableSortedDictionary<string, LockedStage> Stages)
{
    const string Heading = "# What each stage was last made from, and what it made. Written by Kiln; commit it, and after a merge run the pipeline.\n";

    public static readonly LockedPipeline Empty = Of([]);

    public static LockedPipeline Of(IEnumerable<LockedStage> stages) => new(stages.ToImmutableSortedDictionary(stage => stage.Name, stage => stage, StringComparer.Ordinal));

    /// <param name="text">The file's text.</param>
    /// <param name="place">What to call it in an error, such as a path.</param>
    /// <exception cref="UsageException">It holds merge markers, or a line that is none of a lock file.</exception>
    public static LockedPipeline Parse(string text, string place)
    {
        var lines = text.Split('\n');
        var marker = Array.FindIndex(lines, line => line.StartsWith("<<<<<<< ", StringComparison.Ordinal) || line.StartsWith(">>>>>>> ", StringComparison.Ordinal) || line is "=======");
        if (marker >= 0) throw LockErrors.MergeMarkers(place, marker + 1);

        var stages = new SortedDictionary<string, ImmutableArray<LockedFact>.Builder>(StringComparer.Ordinal);
        ImmutableArray<LockedFact>.Builder? facts = null;
        for (var i = 0; i < lines.Length; i++)
        {
            var line = lines[i];
            if (line.Length == 0 || (i == 0 && line[0] == '#')) facts = null;
            else if (facts is not null && LockedFact.TryParse(line) is { } fact) facts.Add(fact);
            else if (facts is not null || !stages.TryAdd(LockedFact.Unescape(line), facts = ImmutableArray.CreateBuilder<LockedFact>())) throw LockErrors.NotALockFile(place, i + 1, line);
        }

        return Of(stages.Select(stage => new LockedStage(stage.Key, stage.Value.ToImmutable())));
    }

    public override string ToString() => string.Concat(Stages.Values.Select(stage => "\n" + stage).Prepend(Heading));
}
