using System.Collections.Immutable;

namespace Kiln.Planning;

/// <summary>A stage with all its partitions as one node; <c>Needs</c> are places among the nodes.</summary>
sealed record GroupNode(string Name, int Count, bool IsTask, ImmutableArray<int> Needs);

/// <summary>
/// A graph as people look at it: the partitions of a stage are one node. Each node stands after its needs wherever that can be; stages whose
/// partitions need each other's in turn cannot all, and then the one declared first comes first.
/// </summary>
sealed record GroupGraph(ImmutableArray<GroupNode> Nodes)
{
    public static GroupGraph Of(IReadOnlyList<PlannedStage> stages)
    {
        var placeOf = new Dictionary<PlannedStage, int>(stages.Count, ReferenceEqualityComparer.Instance);
        for (var i = 0; i < stages.Count; i++) placeOf[stages[i]] = i;
        return Of([.. stages.Select(stage => (stage.Stage.Name, stage.IsTask,
            (IReadOnlyList<int>)[.. stage.Needs.Select(need => placeOf.GetValueOrDefault(need, -1)).Where(place => place >= 0)]))]);
    }

    /// <param name="stages">Each stage's name without its key, and the places of what it needs.</param>
    public static GroupGraph Of(IReadOnlyList<(string Group, bool IsTask, IReadOnlyList<int> Needs)> stages)
    {
        var names = new List<string>();
        var indexOf = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var (group, _, _) in stages)
            if (indexOf.TryAdd(group, names.Count)) names.Add(group);
        var needs = names.Select(_ => new SortedSet<int>()).ToList();
        var counts = new int[names.Count];
        var tasks = new bool[names.Count];
        foreach (var (group, isTask, needed) in stages)
        {
            var index = indexOf[group];
            counts[index]++;
            tasks[index] = isTask;
            foreach (var need in needed)
                if (indexOf[stages[need].Group] is var of && of != index) needs[index].Add(of);
        }

        var order = OrderOf(needs);
        var rank = new int[order.Count];
        for (var i = 0; i < order.Count; i++) rank[order[i]] = i;
        return new GroupGraph([.. order.Select(index => new GroupNode(names[index], counts[index], tasks[index], [.. needs[index].Select(need => rank[need]).Order()]))]);
    }

    static List<int> OrderOf(List<SortedSet<int>> needs)
    {
        var order = new List<int>(needs.Count);
        var left = needs.Select(need => need.Count).ToArray();
        var neededBy = Enumerable.Range(0, needs.Count).SelectMany(index => needs[index].Select(need => (need, index))).ToLookup(edge => edge.need, edge => edge.index);
        var ready = new PriorityQueue<int, int>(Enumerable.Range(0, needs.Count).Where(index => left[index] == 0).Select(index => (index, index)));
        var isPlaced = new bool[needs.Count];
        for (var first = 0; order.Count < needs.Count;)
        {
            if (!ready.TryDequeue(out var next, out _))
            {
                while (isPlaced[first]) first++;
                next = first; // in a circle of stages: the earliest
            }

            if (isPlaced[next]) continue;
            isPlaced[next] = true;
            order.Add(next);
            foreach (var dependent in neededBy[next])
                if (--left[dependent] == 0) ready.Enqueue(dependent, dependent);
        }

        return order;
    }
}
