using System.Collections.Immutable;
using Kiln.Planning;

namespace Kiln.Running;

/// <summary>How long each stage is thought to take, and how urgent it is: how long the longest path is that starts with it.</summary>
sealed class Urgency
{
    readonly Dictionary<PlannedStage, double> _seconds = new(ReferenceEqualityComparer.Instance);
    readonly Dictionary<PlannedStage, double> _longest = new(ReferenceEqualityComparer.Instance);

    /// <param name="stages">In an order that respects every edge.</param>
    /// <param name="secondsOf">How long a stage took the last time, or null: then it is the median of its other partitions, or a second.</param>
    public Urgency(ImmutableArray<PlannedStage> stages, Func<PlannedStage, double?> secondsOf)
    {
        var known = stages.ToLookup(stage => stage.Stage.Name, secondsOf, StringComparer.Ordinal);
        var typical = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (var group in known) typical[group.Key] = Median([.. group.OfType<double>()]) ?? 1;
        foreach (var stage in stages) _seconds[stage] = secondsOf(stage) ?? typical[stage.Stage.Name];
        for (var i = stages.Length - 1; i >= 0; i--)
        {
            var stage = stages[i];
            var path = _longest[stage] = _seconds[stage] + _longest.GetValueOrDefault(stage);
            foreach (var need in stage.Needs)
                if (_longest.GetValueOrDefault(need) < path) _longest[need] = path;
        }
    }

    public double SecondsOf(PlannedStage stage) => _seconds[stage];

    public double Of(PlannedStage stage) => _longest[stage];

    static double? Median(List<double> values)
    {
        if (values.Count == 0) return null;
        values.Sort();
        return values[values.Count / 2];
    }
}
