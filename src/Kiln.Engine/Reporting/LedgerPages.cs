using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Kiln.Hosting;
using Kiln.Recording;
using Kiln.Running;

namespace Kiln.Reporting;

/// <summary>The ledger as text: the list of runs, and one run.</summary>
static class LedgerPages
{
    public static string Runs(Workspace workspace, Style style)
    {
        if (!File.Exists(workspace.Ledger)) return "No runs yet.\n";
        using var ledger = Ledger.OpenToRead(workspace.Ledger);
        var table = new TextTable(style, "Run", "Started", "Pipeline", "Targets", "Ended", "Time", "Ran", "Commit") { RightAligned = new HashSet<int> { 5, 6 } };
        foreach (var row in ledger.Query("""
            SELECT id, started, pipeline, targets, exit_code, seconds, (SELECT count(*) FROM stages WHERE run = id AND outcome = 'ran'), git_commit, git_dirty
            FROM runs ORDER BY started DESC, id DESC LIMIT 20
            """))
            table.Add(row[0], RunWords.Local(DateTimeOffset.Parse(row[1], CultureInfo.InvariantCulture)), row[2], row[3], RunWords.Ended(row[4].Length == 0 ? null : (ExitCode)(int)Number(row[4])), Durations.Of(TimeSpan.FromSeconds(Number(row[5]))), row[6], Commit(row[7], row[8]));
        return table.ToString();
    }

    public static string Page(Workspace workspace, string run)
    {
        if (!File.Exists(workspace.Ledger)) throw HostErrors.UnknownRun(run);
        using var ledger = Ledger.OpenToRead(workspace.Ledger);
        return RunPage.Of(ledger, RecordedRun.Named(ledger, run));
    }

    public static string Show(Workspace workspace, string run, Style style)
    {
        if (!File.Exists(workspace.Ledger)) throw HostErrors.UnknownRun(run);
        using var ledger = Ledger.OpenToRead(workspace.Ledger);
        var (record, stages) = RecordedRun.Named(ledger, run);

        var text = new StringBuilder();
        var facts = new TextTable(style, "Run", record.Id);
        foreach (var (fact, value) in RunWords.Facts(record)) facts.Add(fact, value);
        text.Append(facts).Append('\n').Append(Stages(ledger, record.Id, stages, style));
        AppendSection(text, "Settings", record.Settings, style);
        AppendSection(text, "Environment", record.Environment, style);
        return text.ToString();
    }

    /// <summary>A row a stage, and a row for each way the partitions of a stage ended; the metrics of whole stages.</summary>
    static string Stages(Ledger ledger, string run, ImmutableArray<RecordedStage> stages, Style style)
    {
        var table = new TextTable(style, "Stage", "Outcome", "Time", "Fingerprint", "Why") { RightAligned = new HashSet<int> { 2 } };
        var partitions = stages.CountBy(stage => stage.Step.Group).ToDictionary();
        foreach (var alike in stages.GroupBy(stage => (stage.Step.Group, stage.Outcome, IsPartition: stage.Step.Key is not null)))
        {
            var (group, outcome, isPartition) = alike.Key;
            var first = alike.First();
            table.Add(group, outcome + (isPartition ? $" {alike.Count()}/{partitions[group]}" : ""), Durations.Of(TimeSpan.FromSeconds(alike.Sum(stage => stage.Seconds))),
                isPartition ? "" : first.Fingerprint.Length > 12 ? first.Fingerprint[..12] : first.Fingerprint, first.Why.Split('\n')[0]);
        }

        var metrics = new TextTable(style, "Stage", "Metric", "Value");
        var measured = ledger.Query("SELECT stage, name, value FROM metrics WHERE run = $run AND stage NOT LIKE '%[%' ORDER BY stage, name", ("$run", run));
        foreach (var row in measured) metrics.Add(row);
        return table + (measured.Count > 0 ? "\n" + metrics : "");
    }

    static void AppendSection(StringBuilder text, string heading, ImmutableSortedDictionary<string, string> facts, Style style)
    {
        var table = new TextTable(style, heading, "");
        foreach (var (fact, value) in facts) table.Add(fact, value);
        if (!facts.IsEmpty) text.Append('\n').Append(table);
    }

    static string Commit(string commit, string isDirty) => commit.Length > 12 ? commit[..12] + (isDirty == "1" ? "+" : "") : commit;

    static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
