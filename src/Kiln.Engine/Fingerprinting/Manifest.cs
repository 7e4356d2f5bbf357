using System.Collections.Immutable;
using System.Text;

namespace Kiln.Fingerprinting;

/// <summary>What a fact is about. The order is the order of a manifest.</summary>
enum FactKind
{
    Stage,
    Code,
    Setting,
    Input,
    Output,
}

/// <summary>One labelled fact a stage's result depends on.</summary>
sealed record Fact(FactKind Kind, string Label, string Value);

/// <summary>A fact that differs between two manifests. Null is where one of them has no such fact.</summary>
sealed record FactChange(FactKind Kind, string Label, string? Old, string? New)
{
    /// <summary>The change in a few words, with the values where these are short.</summary>
    public string Phrase => (Kind, Old, New) switch
    {
        (FactKind.Code, not null, not null) when IsPart => $"{Label} {Shortened(Old)} → {Shortened(New)}",
        (FactKind.Setting, null, _) => $"{Label} = {New} is new",
        (FactKind.Code, null, _) when IsPart => $"{Label} is new",
        (FactKind.Code, _, null) when IsPart => $"{Label} is gone",
        (_, null, _) => $"{Noun} {Label} is new",
        (_, _, null) => $"{Noun} {Label} is gone",
        (FactKind.Setting, _, _) => $"{Label} {Old} → {New}",
        (FactKind.Input, _, _) when RightsChange is { } change => $"{Noun} {Label} {change}",
        _ => $"{Noun} {Label} changed",
    };

    public bool IsGone => New is null;

    /// <summary>Where it stands among changes: the lower, the more telling.</summary>
    public int Rank => Kind switch { FactKind.Setting => 0, FactKind.Input => 1, FactKind.Code => 2, _ => 3 };

    /// <summary>Whether both manifests hold the stage's own code, and differ in it.</summary>
    public bool IsOfCode => Kind == FactKind.Code && !IsPart && Old is not null && New is not null;

    /// <summary>Whether a code fact is about a package or a native library.</summary>
    bool IsPart => Label.StartsWith("package ", StringComparison.Ordinal) || Label.StartsWith("library ", StringComparison.Ordinal);

    /// <summary>What is to be said of a file with the same bytes that became executable, or is so no longer; else null.</summary>
    string? RightsChange => !ContentHash.TryParse(Old!, out var was) || !ContentHash.TryParse(New!, out var now) ? null
        : now == was.AsExecutable() ? "is executable now" : was == now.AsExecutable() ? "is no longer executable" : null;

    /// <summary>A version with the beginning of its hash, or the beginning of a hash.</summary>
    static string Shortened(string value) => value.IndexOf(" sha512-", StringComparison.Ordinal) is var end and >= 0 ? value[..Math.Min(value.Length, end + 14)] : value[..Math.Min(value.Length, 12)];

    string Noun => Kind switch
    {
        FactKind.Setting => "setting",
        FactKind.Input => "input",
        FactKind.Output => "output",
        FactKind.Code => "code of",
        _ => "stage",
    };
}

/// <summary>
/// The ordered facts a stage's result depends on. Its fingerprint and the explanation of a change both come from here,
/// so whatever makes a stage run can be named.
/// </summary>
sealed class Manifest
{
    /// <summary>
    /// Part of every fingerprint: a change in what manifests mean, or in how the engine itself writes bytes (<see cref="Json{T}"/>), is a new
    /// number, and makes every earlier result a stranger.
    /// </summary>
    const string Format = "kiln manifest 1";

    HashSet<string>? _inputs;

    public Manifest(IEnumerable<Fact> facts)
        : this(facts.ToImmutableArray())
    {
    }

    public Manifest(ImmutableArray<Fact> facts)
    {
        Facts = facts;
        var text = new StringBuilder(Format, 1024).Append('\n');
        foreach (var (kind, label, value) in Facts)
            text.Append((char)('0' + (int)kind)).Append('\t').Append(Escape(label)).Append('\t').Append(Escape(value)).Append('\n');
        Fingerprint = ContentHash.Of(Encoding.UTF8.GetBytes(text.ToString()));
    }

    public ImmutableArray<Fact> Facts { get; }

    public ContentHash Fingerprint { get; }

    /// <summary>Whether an input of this label has this hash here; one role may read several files of one name.</summary>
    public bool HasInput(string label, ContentHash? hash)
    {
        if (hash is null) return false;
        if (_inputs is null)
        {
            _inputs = new HashSet<string>(StringComparer.Ordinal);
            foreach (var fact in Facts)
                if (fact.Kind == FactKind.Input) _inputs.Add(fact.Value + fact.Label);
        }

        return _inputs.Contains(hash + label);
    }

    /// <summary>What differs from an earlier manifest of the same stage, most telling first, each as a short phrase.</summary>
    /// <param name="earlier">The earlier one.</param>
    /// <param name="inCode">Names what differs between two values of a code fact; nothing where that is not known.</param>
    public IEnumerable<string> ChangesSince(Manifest earlier, Func<string, string, ImmutableArray<string>>? inCode = null) =>
        DifferencesFrom(earlier).Select(change => change.IsOfCode && inCode?.Invoke(change.Old!, change.New!) is { IsEmpty: false } parts ? $"code of {change.Label}: {Several(parts)}" : change.Phrase);

    /// <summary>What differs from an earlier manifest of the same stage, most telling first; what is gone comes last.</summary>
    public List<FactChange> DifferencesFrom(Manifest earlier)
    {
        var (before, now) = (Index(earlier.Facts), Index(Facts));
        var changes = new List<FactChange>();
        foreach (var (key, (kind, label, value)) in now)
            if (!before.Remove(key, out var old)) changes.Add(new FactChange(kind, label, null, value));
            else if (old.Value != value) changes.Add(new FactChange(kind, label, old.Value, value));
        foreach (var (kind, label, value) in before.Values) changes.Add(new FactChange(kind, label, value, null));
        changes.Sort(static (a, b) => a.IsGone != b.IsGone ? (a.IsGone ? 1 : -1) : !a.IsGone && a.Rank != b.Rank ? a.Rank - b.Rank : string.CompareOrdinal(a.Label, b.Label));
        return changes;
    }

    static string Several(ImmutableArray<string> parts) =>
        parts.Length <= 3 ? string.Join(", ", parts) : string.Join(", ", parts.Take(3)) + $" and {parts.Length - 3} more";

    static Dictionary<string, Fact> Index(ImmutableArray<Fact> facts)
    {
        var index = new Dictionary<string, Fact>(StringComparer.Ordinal);
        foreach (var fact in facts) index[(char)fact.Kind + fact.Label] = fact;
        return index;
    }

    static string Escape(string text) =>
        text.AsSpan().IndexOfAny('\t', '\n', '\\') < 0 ? text : text.Replace("\\", "\\\\").Replace("\t", "\\t").Replace("\n", "\\n");
}
