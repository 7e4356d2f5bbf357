using System.Collections.Immutable;
using System.Globalization;
using Kiln.Running;

namespace Kiln.Recording;

/// <summary>A stage of a run as the ledger has it.</summary>
/// <param name="Step">What it is in the plan.</param>
public sealed record RecordedStage(RecordedStep Step)
{
    /// <summary>The word of its outcome: ran, restored, up to date, skipped, failed or cancelled.</summary>
    public required string Outcome { get; init; }

    /// <summary>Why it ran, or did not, or what it failed of.</summary>
    public required string Why { get; init; }

    /// <summary>When it went to work; null where it did not in this run.</summary>
    public DateTimeOffset? Started { get; init; }

    /// <summary>How long it worked in this run.</summary>
    public double Seconds { get; init; }

    /// <summary>The hash of everything it is made from; empty for a task, and where it is not known.</summary>
    public string Fingerprint { get; init; } = "";

    /// <summary>How many times its body was started; 0 where it did not work in this run.</summary>
    public int Attempts { get; init; }

    /// <summary>What it took of the machine.</summary>
    public StageUsage Usage { get; init; } = new(null, null, null, null);

    /// <summary>
    /// The stages of a run, in the plan's order. What has no row was as the last run left it, so its fingerprint is the last one before.
    /// </summary>
    internal static ImmutableArray<RecordedStage> Of(Ledger ledger, string run)
    {
        var rows = ledger.Query("""
            SELECT position, name, outcome, why, started, seconds, fingerprint, attempts, cpu_seconds, peak_memory, bytes_in, bytes_out FROM stages WHERE run = $run ORDER BY position
            """, ("$run", run)).ToDictionary(row => int.Parse(row[0], CultureInfo.InvariantCulture), row => row[1..]);
        var plan = ledger.Query("SELECT stages FROM plans WHERE hash = (SELECT plan FROM runs WHERE id = $run)", ("$run", run));
        // Ledgers of layout 2 have rows for all stages, and no plans.
        var steps = plan is [[var text]] ? RecordedPlan.Parse(text) : [.. rows.Values.Select(row => RecordedStep.Named(row[0]))];
        var before = rows.Count < steps.Length ? FingerprintsBefore(ledger, run) : [];
        return [.. steps.Select((step, place) => rows.TryGetValue(place, out var row) ? Read(step, row)
            : new RecordedStage(step) { Outcome = "up to date", Why = "nothing changed", Fingerprint = before.GetValueOrDefault(step.Name, "") })];
    }

    static RecordedStage Read(RecordedStep step, string[] row) => new(step)
    {
        Outcome = row[1],
        Why = row[2],
        Started = row[3].Length > 0 ? DateTimeOffset.Parse(row[3], CultureInfo.InvariantCulture) : null,
        Seconds = Number(row[4]) ?? 0,
        Fingerprint = row[5],
        Attempts = (int)(Number(row[6]) ?? 0),
        Usage = new StageUsage(Number(row[7]), (long?)Number(row[8]), (long?)Number(row[9]), (long?)Number(row[10])),
    };

    static Dictionary<string, string> FingerprintsBefore(Ledger ledger, string run) => ledger.Query("""
        SELECT stages.name, stages.fingerprint, max(runs.started) FROM stages JOIN runs ON runs.id = stages.run
        WHERE stages.fingerprint IS NOT NULL AND stages.outcome IN ('ran', 'restored', 'up to date')
            AND runs.pipeline = (SELECT pipeline FROM runs WHERE id = $run) AND runs.started <= (SELECT started FROM runs WHERE id = $run)
        GROUP BY stages.name
        """, ("$run", run)).ToDictionary(row => row[0], row => row[1]);

    static double? Number(string text) => text.Length == 0 ? null : double.Parse(text, CultureInfo.InvariantCulture);
}
