using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Kiln.Hosting;

namespace Kiln.Recording;

/// <summary>A run as the ledger has it.</summary>
/// <param name="Run">The run itself.</param>
/// <param name="Stages">Its stages, in the plan's order.</param>
public sealed record RecordedRun(RunRecord Run, ImmutableArray<RecordedStage> Stages)
{
    /// <summary>The run whose id is this or begins so, or the latest of all for <c>last</c>.</summary>
    /// <exception cref="UsageException">There is none, or several begin so.</exception>
    internal static RecordedRun Named(Ledger ledger, string run)
    {
        if (run != "last" && ledger.Query("SELECT id FROM runs WHERE substr(id, 1, length($run)) = $run AND id <> $run ORDER BY started DESC, id DESC LIMIT 5", ("$run", run)) is { Count: > 1 } several && ledger.Query("SELECT 1 FROM runs WHERE id = $run", ("$run", run)).Count == 0)
            throw HostErrors.SeveralRuns(run, several.Select(row => row[0]));
        return Find(ledger, run) ?? throw HostErrors.UnknownRun(run);
    }

    /// <summary>The latest run whose id begins so, or the latest of all for <c>last</c>; null where there is none.</summary>
    internal static RecordedRun? Find(Ledger ledger, string run)
    {
        var found = ledger.Query($"""
            SELECT id, pipeline, targets, command, started, seconds, exit_code, peak_memory, git_commit, git_branch, git_dirty, git_patch,
                (SELECT facts FROM environments WHERE hash = environment), settings, jobs
            FROM runs {(run == "last" ? "" : "WHERE id >= $run AND id < $run || char(0x10FFFF)")} ORDER BY started DESC, id DESC LIMIT 1
            """, ("$run", run));
        if (found is not [var row]) return null;
        var record = new RunRecord
        {
            Id = row[0],
            Pipeline = row[1],
            Targets = row[2],
            CommandLine = row[3],
            Started = DateTimeOffset.Parse(row[4], CultureInfo.InvariantCulture),
            Seconds = double.Parse(row[5], CultureInfo.InvariantCulture),
            ExitCode = row[6].Length == 0 ? null : (ExitCode)int.Parse(row[6], CultureInfo.InvariantCulture),
            PeakMemory = long.Parse(row[7], CultureInfo.InvariantCulture),
            Git = row[10].Length == 0 ? null : new GitSnapshot(row[8], row[9], row[10] == "1", row[11]),
            Environment = Facts(row[12]),
            Settings = Facts(row[13]),
            Jobs = row[14].Length == 0 ? 0 : int.Parse(row[14], CultureInfo.InvariantCulture),
        };
        return new RecordedRun(record, RecordedStage.Of(ledger, record.Id));
    }

    /// <summary>The run of the same pipeline before another; null where there is none.</summary>
    internal static RecordedRun? Before(Ledger ledger, RunRecord run) => ledger.Query(
        "SELECT id FROM runs WHERE pipeline = $pipeline AND started < $started ORDER BY started DESC, id DESC LIMIT 1", ("$pipeline", run.Pipeline), ("$started", run.Started.ToString("O"))) is [[var id]] ? Find(ledger, id) : null;

    static ImmutableSortedDictionary<string, string> Facts(string json)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.EnumerateObject().ToImmutableSortedDictionary(fact => fact.Name, fact => fact.Value.GetString() ?? "", StringComparer.Ordinal);
    }
}
