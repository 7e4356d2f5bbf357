namespace Kiln.Planning;

/// <summary>A plan narrowed to some of its partitions.</summary>
static class Narrowed
{
    /// <summary>
    /// The chosen stages with what they need, and what follows from them. A stage that gathers partitions is withheld where some of those are
    /// left out: made from half of them, or from what others were long ago, it would pass for whole.
    /// </summary>
    /// <param name="plan">The whole plan.</param>
    /// <param name="chosen">The stages to make.</param>
    /// <param name="by">The switch that chose, for the reasons.</param>
    public static Plan To(Plan plan, IReadOnlySet<PlannedStage> chosen, string by)
    {
        var kept = new HashSet<PlannedStage>(ReferenceEqualityComparer.Instance);
        Keep(chosen, kept);
        var restricted = chosen.Where(stage => stage.Stage.PartitionKey is not null).Select(stage => stage.Stage.Name).ToHashSet(StringComparer.Ordinal);
        bool IsLeftOut(PlannedStage stage) => stage.Stage.PartitionKey is not null && restricted.Contains(stage.Stage.Name) && !kept.Contains(stage);

        var following = new HashSet<PlannedStage>(chosen, ReferenceEqualityComparer.Instance);
        var withheld = new Dictionary<PlannedStage, string>(ReferenceEqualityComparer.Instance);
        foreach (var stage in plan.Stages)
        {
            if (kept.Contains(stage) || IsLeftOut(stage) || !stage.Needs.Any(following.Contains)) continue;
            following.Add(stage);
            var missing = stage.Needs.Where(IsLeftOut).ToList();
            if (missing.Count > 0) withheld[stage] = $"{by} leaves out {missing.Count:#,0} of the {stage.Needs.Length:#,0} stages it needs, such as {missing[0].Name}";
            if (missing.Count > 0 || stage.Needs.Any(need => withheld.ContainsKey(need))) kept.Add(stage);
            else Keep([stage], kept);
        }

        return plan with { Stages = [.. plan.Stages.Where(kept.Contains)], Targets = plan.Targets.Where(kept.Contains).ToHashSet(), Withheld = withheld };
    }

    /// <summary>The plan for some of its stages: those, and what they need.</summary>
    public static Plan Only(Plan plan, IEnumerable<PlannedStage> wanted)
    {
        var targets = wanted.ToHashSet();
        var kept = new HashSet<PlannedStage>(ReferenceEqualityComparer.Instance);
        Keep(targets, kept);
        return plan with { Stages = [.. plan.Stages.Where(kept.Contains)], Targets = targets };
    }

    static void Keep(IEnumerable<PlannedStage> wanted, HashSet<PlannedStage> kept)
    {
        var open = new Stack<PlannedStage>(wanted);
        while (open.TryPop(out var stage))
            if (kept.Add(stage))
                foreach (var need in stage.Needs) open.Push(need);
    }
}
