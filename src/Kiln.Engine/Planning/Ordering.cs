using System.Collections.Immutable;

namespace Kiln.Planning;

/// <summary>Puts stages after their needs, keeping the declared order where it can; names the path of a cycle.</summary>
static class Ordering
{
    enum Mark
    {
        Open,
        Done,
    }

    public static ImmutableArray<PlannedStage> Of(IReadOnlyList<PlannedStage> stages)
    {
        var ordered = ImmutableArray.CreateBuilder<PlannedStage>(stages.Count);
        var marks = new Dictionary<PlannedStage, Mark>(ReferenceEqualityComparer.Instance);
        foreach (var stage in stages)
            if (!marks.ContainsKey(stage))
                Visit(stage, marks, ordered);
        return ordered.ToImmutable();
    }

    /// <summary>Depth first, with a stack of its own: a chain of ten thousand stages is no deeper than one.</summary>
    static void Visit(PlannedStage start, Dictionary<PlannedStage, Mark> marks, ImmutableArray<PlannedStage>.Builder ordered)
    {
        var path = new Stack<(PlannedStage Stage, int Next)>();
        path.Push((start, 0));
        marks[start] = Mark.Open;
        while (path.TryPop(out var top))
        {
            if (top.Next == top.Stage.Needs.Length)
            {
                marks[top.Stage] = Mark.Done;
                ordered.Add(top.Stage);
                continue;
            }

            path.Push((top.Stage, top.Next + 1));
            var need = top.Stage.Needs[top.Next];
            if (!marks.TryGetValue(need, out var mark))
            {
                marks[need] = Mark.Open;
                path.Push((need, 0));
            }
            else if (mark == Mark.Open)
            {
                var cycle = path.Select(entry => entry.Stage.Name).TakeWhile(name => name != need.Name).Reverse();
                throw PlanErrors.Cycle([need.Name, .. cycle, need.Name]);
            }
        }
    }
}
