using System.Collections.Immutable;
using Kiln.Recording;

namespace Kiln.Reporting;

/// <summary>What follows from when the stages of a run worked and what they need of each other.</summary>
static class RunTimes
{
    /// <summary>
    /// A lane for each stage that worked, -1 for the others: the lowest that is free when it begins, which is how a run hands out its slots.
    /// </summary>
    public static int[] Lanes(ImmutableArray<RecordedStage> stages)
    {
        var lanes = new int[stages.Length];
        Array.Fill(lanes, -1);
        var free = new PriorityQueue<int, int>();
        var taken = new PriorityQueue<int, DateTimeOffset>();
        var opened = 0;
        foreach (var (started, place) in stages.Select((stage, place) => (stage.Started, place)).Where(stage => stage.Started is not null).OrderBy(stage => stage.Started))
        {
            while (taken.TryPeek(out var lane, out var end) && end <= started)
            {
                taken.Dequeue();
                free.Enqueue(lane, lane);
            }

            lanes[place] = free.TryDequeue(out var lowest, out _) ? lowest : opened++;
            taken.Enqueue(lanes[place], started!.Value.AddSeconds(stages[place].Seconds));
        }

        return lanes;
    }

    /// <summary>
    /// The chain of needs that took longest: with any number of cores the run could not have been shorter. Places in the plan's order,
    /// of the stages that worked.
    /// </summary>
    public static ImmutableArray<int> CriticalPath(ImmutableArray<RecordedStage> stages)
    {
        var ends = new double[stages.Length];
        var before = new int[stages.Length];
        for (var i = 0; i < stages.Length; i++)
        {
            before[i] = -1;
            foreach (var need in stages[i].Step.Needs)
                if (before[i] < 0 || ends[need] > ends[before[i]]) before[i] = need;
            ends[i] = (before[i] < 0 ? 0 : ends[before[i]]) + (stages[i].Started is null ? 0 : stages[i].Seconds);
        }

        var path = new List<int>();
        for (var i = Array.IndexOf(ends, ends.DefaultIfEmpty().Max()); i >= 0; i = before[i])
            if (stages[i].Started is not null) path.Add(i);
        path.Reverse();
        return [.. path];
    }
}
