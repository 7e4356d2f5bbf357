using System.Collections.Immutable;

namespace Kiln.Planning;

/// <summary>
/// Partitions of a plan by their keys: <c>2018-07-01..2018-07-31,2018-08-15</c>. A range runs in the order in which the pipeline declares the
/// keys; stages that have none of the keys are not restricted.
/// </summary>
sealed class PartitionChoice
{
    readonly Dictionary<string, ImmutableArray<PlannedStage>> _groups;

    public PartitionChoice(Plan plan) => _groups = plan.Stages.Where(stage => stage.Stage.PartitionKey is not null)
        .GroupBy(stage => stage.Stage.Name)
        .ToDictionary(group => group.Key, group => group.OrderBy(stage => stage.Stage.PartitionPlace).ToImmutableArray(), StringComparer.Ordinal);

    /// <summary>All partitions, a key's together, in the order of the keys.</summary>
    public IEnumerable<IGrouping<string, PlannedStage>> ByKey => _groups.Values.SelectMany(group => group)
        .OrderBy(stage => stage.Stage.PartitionPlace).GroupBy(stage => stage.Stage.PartitionKey!, StringComparer.Ordinal);

    /// <exception cref="UsageException">A key is not one of any stage's.</exception>
    public HashSet<PlannedStage> Of(string text)
    {
        var chosen = new HashSet<PlannedStage>(ReferenceEqualityComparer.Instance);
        foreach (var item in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var found = Keyed(item);
            if (found.Count == 0 && item.Split("..") is [var first, var last]) found = Range(item, first, last);
            if (found.Count == 0) throw Unknown(item);
            chosen.UnionWith(found);
        }

        return chosen;
    }

    List<PlannedStage> Keyed(string key) => [.. _groups.Values.SelectMany(group => group).Where(stage => stage.Stage.PartitionKey == key)];

    /// <summary>An open end reaches to the first or last key.</summary>
    List<PlannedStage> Range(string text, string first, string last)
    {
        foreach (var end in new[] { first, last })
            if (end.Length > 0 && Keyed(end).Count == 0) throw Unknown(end);
        var found = new List<PlannedStage>();
        foreach (var group in _groups.Values)
        {
            var from = first.Length == 0 ? 0 : IndexOf(group, first);
            var to = last.Length == 0 ? group.Length - 1 : IndexOf(group, last);
            if (from < 0 || to < 0) continue;
            if (from > to) throw PlanErrors.BackwardRange(text, group[0].Stage.Name);
            found.AddRange(group.AsSpan(from, to - from + 1));
        }

        return found.Count > 0 ? found : throw PlanErrors.NoSuchRange(text);
    }

    UsageException Unknown(string key) => PlanErrors.UnknownPartition(key, [.. _groups.Values.SelectMany(group => group).Select(stage => stage.Stage.PartitionKey!).Distinct()]);

    static int IndexOf(ImmutableArray<PlannedStage> group, string key)
    {
        for (var i = 0; i < group.Length; i++)
            if (group[i].Stage.PartitionKey == key) return i;
        return -1;
    }
}
