using System.Collections.Immutable;

namespace Kiln.Registry;

/// <summary>What of a version is made again: the stages whose outputs come out the same each time, with all they need. Pages and logs tell of their run, and are left out.</summary>
sealed class ReproducePlan
{
    public ReproducePlan(VersionDocument document)
    {
        var comparable = document.Stages.Where(stage => stage.Outputs.Keys.Except(stage.Varying, StringComparer.Ordinal).Any()).ToList();
        var needed = comparable.SelectMany(stage => stage.Needs).ToHashSet(StringComparer.Ordinal);
        Targets = [.. comparable.Where(stage => !needed.Contains(stage.Name)).Select(stage => stage.Name)];
        var byName = document.Stages.ToDictionary(stage => stage.Name, StringComparer.Ordinal);
        var open = new Stack<string>(Targets);
        var made = new HashSet<string>(StringComparer.Ordinal);
        while (open.TryPop(out var name))
            if (byName.TryGetValue(name, out var stage) && made.Add(name))
                foreach (var need in stage.Needs) open.Push(need);
        Made = made.ToImmutableHashSet(StringComparer.Ordinal);
    }

    /// <summary>The stages to ask for.</summary>
    public ImmutableArray<string> Targets { get; }

    /// <summary>All stages that are made for them.</summary>
    public ImmutableHashSet<string> Made { get; }
}
