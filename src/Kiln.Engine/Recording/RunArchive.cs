using System.Collections.Immutable;
using System.Globalization;
using Kiln.Hosting;
using Kiln.Running;

namespace Kiln.Recording;

/// <summary>The runs of a workspace as its ledger keeps them, for who only reads them. Not for several threads at once; runs may go on meanwhile.</summary>
public sealed class RunArchive : IDisposable
{
    readonly Ledger? _ledger;

    RunArchive(Ledger? ledger) => _ledger = ledger;

    /// <summary>Opens the ledger of a workspace. One in which nothing has run yet has no runs.</summary>
    /// <param name="workspace">The workspace's folder.</param>
    /// <exception cref="KilnException">The ledger cannot be read.</exception>
    public static RunArchive Open(string workspace)
    {
        var path = new Workspace(workspace).Ledger;
        return new(File.Exists(path) ? Ledger.OpenToRead(path) : null);
    }

    /// <summary>The ids of all runs, oldest first.</summary>
    public ImmutableArray<string> Runs => _ledger is null ? [] : [.. _ledger.Query("SELECT id FROM runs ORDER BY started, id").Select(row => row[0])];

    /// <summary>A run, with its stages.</summary>
    /// <param name="run">Its id, the start of it (of several, the latest is meant), or <c>last</c>.</param>
    /// <exception cref="UsageException">There is none.</exception>
    public RecordedRun Get(string run) => _ledger is null || run.Length == 0 ? throw HostErrors.UnknownRun(run) : RecordedRun.Named(_ledger, run);

    /// <summary>What the stages measured whose outputs stand after the run: in it, or in the last run before that made the same. In the plan's order, then by name.</summary>
    public ImmutableArray<RecordedMetric> MetricsOf(RecordedRun run)
    {
        if (_ledger is not { } ledger) return [];
        var measured = ledger.Query("SELECT stage, name, value FROM metrics WHERE run = $run ORDER BY name", ("$run", run.Run.Id)).ToLookup(row => row[0], row => row[1..]);
        return
        [
            .. run.Stages.SelectMany(stage => stage.Outcome switch
            {
                "ran" or "restored" => measured[stage.Step.Name],
                "up to date" when stage.Fingerprint.Length > 0 => MeasuredBefore(ledger, run.Run, stage),
                _ => [],
            }, (stage, row) => new RecordedMetric(stage, row[0], row[1].Length == 0 ? double.NaN : double.Parse(row[1], CultureInfo.InvariantCulture))),
        ];
    }

    /// <inheritdoc/>
    public void Dispose() => _ledger?.Dispose();

    static List<string[]> MeasuredBefore(Ledger ledger, RunRecord run, RecordedStage stage) => ledger.Query("""
        SELECT name, value FROM metrics WHERE stage = $stage AND run = (
            SELECT runs.id FROM runs JOIN stages ON stages.run = runs.id
            WHERE stages.name = $stage AND stages.fingerprint = $fingerprint AND stages.outcome IN ('ran', 'restored') AND runs.started <= $started
            ORDER BY runs.started DESC, runs.id DESC LIMIT 1)
        ORDER BY name
        """, ("$stage", stage.Step.Name), ("$fingerprint", stage.Fingerprint), ("$started", run.Started.ToString("O")));
}

/// <summary>A number that a stage measured.</summary>
/// <param name="Stage">The stage.</param>
/// <param name="Name">What it is.</param>
/// <param name="Value">The number; NaN where it could not be told.</param>
public readonly record struct RecordedMetric(RecordedStage Stage, string Name, double Value);
