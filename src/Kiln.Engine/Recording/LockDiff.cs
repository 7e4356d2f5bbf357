using System.Collections.Immutable;

namespace Kiln.Recording;

/// <summary>A line that two versions of a block do not share; null is where one has no such line.</summary>
readonly record struct LockChange(string Stage, LockedKind Kind, string Label, string? Old, string? New);

/// <summary>How a pipeline's lock file differs between two versions of a repository.</summary>
/// <param name="Path">The file in the later version; in the earlier one, where the later has none.</param>
/// <param name="WasPath">Its path in the earlier version where it was another.</param>
/// <param name="Presence">Whether both versions have it.</param>
sealed record LockDiff(string Path, string? WasPath, LockPresence Presence, ImmutableArray<string> Added, ImmutableArray<string> Removed, ImmutableArray<LockChange> Changes)
{
    public bool IsEmpty => Presence == LockPresence.Both && WasPath is null && Added.IsEmpty && Removed.IsEmpty && Changes.IsEmpty;

    /// <summary>Pairs the files of two versions by path, then what is left by what it holds, and compares them.</summary>
    public static ImmutableArray<LockDiff> Of(IReadOnlyDictionary<string, LockedPipeline> earlier, IReadOnlyDictionary<string, LockedPipeline> later)
    {
        var diffs = new List<LockDiff>();
        var gone = earlier.Keys.Except(later.Keys).ToHashSet();
        foreach (var (path, now) in later.OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            var was = earlier.ContainsKey(path) ? path : gone.FirstOrDefault(candidate => IsRenamed(earlier[candidate], now));
            if (was is null) diffs.Add(new LockDiff(path, null, LockPresence.LaterOnly, [.. now.Stages.Keys], [], []));
            else diffs.Add(Compare(path, was, earlier[was], now));
            if (was is not null) gone.Remove(was);
        }

        diffs.AddRange(gone.Order(StringComparer.Ordinal).Select(path => new LockDiff(path, null, LockPresence.EarlierOnly, [], [.. earlier[path].Stages.Keys], [])));
        return [.. diffs];
    }

    static LockDiff Compare(string path, string was, LockedPipeline earlier, LockedPipeline later) => new(
        path, was == path ? null : was, LockPresence.Both,
        [.. later.Stages.Keys.Except(earlier.Stages.Keys)], [.. earlier.Stages.Keys.Except(later.Stages.Keys)],
        [.. later.Stages.Values.Where(stage => earlier.Stages.ContainsKey(stage.Name)).SelectMany(stage => Between(earlier.Stages[stage.Name], stage))]);

    static IEnumerable<LockChange> Between(LockedStage earlier, LockedStage later)
    {
        var before = new Dictionary<(LockedKind, string), string>();
        foreach (var fact in earlier.Facts) before[(fact.Kind, fact.Label)] = fact.Value;
        foreach (var fact in later.Facts.DistinctBy(fact => (fact.Kind, fact.Label)))
            if (!before.Remove((fact.Kind, fact.Label), out var old)) yield return new LockChange(later.Name, fact.Kind, fact.Label, null, fact.Value);
            else if (old != fact.Value) yield return new LockChange(later.Name, fact.Kind, fact.Label, old, fact.Value);
        foreach (var ((kind, label), value) in before) yield return new LockChange(later.Name, kind, label, value, null);
    }

    /// <summary>Most of the stages have their names still.</summary>
    static bool IsRenamed(LockedPipeline earlier, LockedPipeline later) =>
        earlier.Stages.Keys.Intersect(later.Stages.Keys).Count() * 2 > Math.Max(earlier.Stages.Count, later.Stages.Count);
}

/// <summary>Which of two versions have a lock file.</summary>
enum LockPresence
{
    Both,
    EarlierOnly,
    LaterOnly,
}
