using System.Diagnostics;
using Kiln.Build.Intervals;

namespace Kiln.Build;

/// <summary>Whether intervals and verdicts hold what they promise, in worlds whose truth is known, and what resampling takes beside Python.</summary>
[TaskDescription("Benchmark: coverage of intervals, planted regressions caught and false alarms, and the time of resampling beside scikit-learn.")]
sealed class BenchIntervals : Stage
{
    protected override async Task RunAsync(StageRun run)
    {
        await Task.Yield();
        foreach (var coverage in Coverage.All())
        {
            var clock = Stopwatch.StartNew();
            var (reached, line) = coverage.Run(run.Cancellation);
            run.Conclude($"{line} ({clock.Elapsed.TotalSeconds:0.0} s)");
        }
    }
}
