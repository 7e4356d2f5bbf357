using System.Diagnostics;
using Kiln.Build.Intervals;

namespace Kiln.Build;

/// <summary>Whether intervals and verdicts hold what they promise, in worlds whose truth is known, and what resampling takes beside Python.</summary>
[TaskDescription("Benchmark: coverage of intervals, planted regressions caught and false alarms, and the time of resampling beside scikit-learn (python3-sklearn).")]
sealed class BenchIntervals : Stage
{
    protected override async Task RunAsync(StageRun run)
    {
        var clock = Stopwatch.StartNew();
        List<(bool? Reached, string Line)> results = [Noted(await ResamplingRace.RunAsync(run.Cancellation))];
        foreach (var trial in PlantedRegressions.All) results.Add(Noted(trial.Run(run.Cancellation)));
        foreach (var coverage in Coverage.All()) results.Add(Noted(coverage.Run(run.Cancellation)));
        foreach (var (_, line) in results) run.Conclude(line);
        run.Conclude($"{results.Count(result => result.Reached == true)} of {results.Count(result => result.Reached is not null)} as promised, in {clock.Elapsed.TotalMinutes:0.0} min");

        (bool? Reached, string Line) Noted((bool? Reached, string Line) result)
        {
            run.Note(result.Line);
            return result;
        }
    }
}
