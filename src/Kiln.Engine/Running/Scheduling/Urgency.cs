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
        var unknown = new List<PlannedStage>();
        foreach (var stage in stages)
            if (secondsOf(stage) is { } seconds) _seconds[stage] = seconds;
            else unknown.Add(stage);
        if (unknown.Count > 0) Guess(stages, unknown);
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

    /// <summary>What was never made takes as long as the median of the partitions that were, or a second.</summary>
    void Guess(ImmutableArray<PlannedStage> stages, List<PlannedStage> unknown)
    {
        var made = stages.Where(_seconds.ContainsKey).ToLookup(stage => stage.Stage.Name, StringComparer.Ordinal);
        foreach (var alike in unknown.GroupBy(stage => stage.Stage.Name, StringComparer.Ordinal))
        {
            var times = made.Contains(alike.Key) ? made[alike.Key].Select(stage => _seconds[stage]).Order().ToList() : [1];
            foreach (var stage in alike) _seconds[stage] = times[times.Count / 2];
        }
    }
}
