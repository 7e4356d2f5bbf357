using Kiln.Planning;
using Kiln.Running;

namespace Kiln.Reporting;

/// <summary>Shows a run as plain lines, for logs and pipes: stages as they start and end, and work that takes long every few seconds.</summary>
sealed class PlainDisplay(TextWriter output, Verbosity verbosity, TimeProvider time) : IRunDisplay
{
    static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    readonly Lock _gate = new();
    readonly Dictionary<string, (long Began, long Shown)> _clocks = [];

    public void Started(PlannedStage stage, bool isRestore)
    {
        if (verbosity >= Verbosity.Verbose) Write($"{stage.Name}: {(isRestore ? "restoring" : "started")}");
    }

    public void Progressed(StageProgress progress)
    {
        if (verbosity < Verbosity.Normal) return;
        lock (_gate)
        {
            var now = time.GetTimestamp();
            var key = progress.Stage + "\n" + progress.What;
            if (!_clocks.TryGetValue(key, out var clock)) clock = (now, now);
            var isDue = time.GetElapsedTime(clock.Shown, now) >= Interval;
            _clocks[key] = isDue ? (clock.Began, now) : clock;
            if (isDue) output.WriteLine(Line(progress, time.GetElapsedTime(clock.Began, now)));
        }
    }

    public void Noted(string message)
    {
        if (verbosity >= Verbosity.Minimal) Write(message);
    }

    public void Printed(string line)
    {
        if (verbosity >= Verbosity.Verbose) Write(line);
    }

    public void Settled(StageReport report)
    {
        if (report.Outcome is Outcome.Failed failed && verbosity >= Verbosity.Quiet)
            Write($"{report.Node.Name}: failed\n{(verbosity == Verbosity.Diagnostic ? failed.Error.ToString() : failed.Error.Message)}");
        else if (report.Outcome is not Outcome.UpToDate && report.Node.Stage.PartitionKey is null && verbosity >= Verbosity.Normal)
            Write($"{report.Node.Name}: {report.Outcome.Word}{(Durations.Of(report.Time) is { Length: > 0 } took ? " in " + took : "")}");
        else if (verbosity >= Verbosity.Verbose) Write($"{report.Node.Name}: {report.Outcome.Word}");
    }

    public void Dispose()
    {
    }

    void Write(string line)
    {
        lock (_gate) output.WriteLine(line);
    }

    static string Line(StageProgress progress, TimeSpan elapsed)
    {
        var rate = progress.Done / Math.Max(elapsed.TotalSeconds, 1e-9);
        var left = rate > 0 && progress.Done < progress.Total ? ", " + Durations.Of(TimeSpan.FromSeconds((progress.Total - progress.Done) / rate)) + " left" : "";
        var detail = progress.Detail.Length > 0 ? ", " + progress.Detail : "";
        return $"{progress.Stage}: {progress.What} {progress.Done:#,0} of {progress.Total:#,0} {progress.Unit}, {Durations.Rate(rate, progress.Unit)}{left}{detail}";
    }
}
