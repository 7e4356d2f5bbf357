using System.Globalization;
using Kiln.Recording;

namespace Kiln.Reporting;

/// <summary>A run's facts as people read them, on the terminal and on pages.</summary>
static class RunWords
{
    public static IEnumerable<(string Fact, string Value)> Facts(RunRecord run)
    {
        yield return ("started", Local(run.Started));
        yield return ("pipeline", run.Pipeline);
        yield return ("targets", run.Targets);
        yield return ("command", run.CommandLine);
        yield return ("ended", Ended(run.ExitCode));
        yield return ("time", Durations.Of(TimeSpan.FromSeconds(run.Seconds)));
        yield return ("peak memory", string.Create(CultureInfo.InvariantCulture, $"{(double)run.PeakMemory / (1 << 20):#,0} MiB"));
        yield return ("commit", run.Git switch { null => "unknown: no repository, or no git", { Commit: "" } => "none yet", var git => git.Commit });
        yield return ("branch", run.Git?.Branch ?? "");
        yield return ("dirty", run.Git switch { null => "unknown", { IsDirty: false } => "no", { Patch: "" } => "yes", var git => $"yes, patch {git.Patch}" });
    }

    public static string Ended(ExitCode? code) => code switch
    {
        null => "unfinished",
        ExitCode.Done => "done",
        ExitCode.GateFailed => "a gate said no (3)",
        ExitCode.ContractFailed => "contract failed (6)",
        ExitCode.Interrupted => "interrupted (8)",
        var other => $"failed ({(int)other})",
    };

    public static string Local(DateTimeOffset time) => time.ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
}
