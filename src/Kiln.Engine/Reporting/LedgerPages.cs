using System.Globalization;
using System.Text;
using System.Text.Json;
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
        using var ledger = Ledger.Open(workspace.Ledger);
        var table = new TextTable(style, "Run", "Started", "Pipeline", "Targets", "Ended", "Time", "Ran", "Commit") { RightAligned = new HashSet<int> { 5, 6 } };
        foreach (var row in ledger.Query("""
            SELECT id, started, pipeline, targets, exit_code, seconds, (SELECT count(*) FROM stages WHERE run = id AND outcome = 'ran'), git_commit, git_dirty
            FROM runs ORDER BY started DESC, id DESC LIMIT 20
            """))
            table.Add(row[0], Local(row[1]), row[2], row[3], Ended(row[4]), Durations.Of(TimeSpan.FromSeconds(Number(row[5]))), row[6], Commit(row[7], row[8]));
        return table.ToString();
    }

    public static string Show(Workspace workspace, string run, Style style)
    {
        if (!File.Exists(workspace.Ledger)) throw HostErrors.UnknownRun(run);
        using var ledger = Ledger.Open(workspace.Ledger);
        var row = ledger.Query("""
            SELECT id, started, pipeline, targets, exit_code, seconds, git_commit, git_dirty, git_branch, git_patch, command, settings, (SELECT facts FROM environments WHERE hash = environment), peak_memory
            FROM runs WHERE $run = 'last' OR substr(id, 1, length($run)) = $run ORDER BY started DESC, id DESC LIMIT 1
            """, ("$run", run)).FirstOrDefault() ?? throw HostErrors.UnknownRun(run);

        var text = new StringBuilder();
        var facts = new TextTable(style, "Run", row[0]);
        facts.Add("started", Local(row[1]));
        facts.Add("pipeline", row[2]);
        facts.Add("targets", row[3]);
        facts.Add("command", row[10]);
        facts.Add("ended", Ended(row[4]));
        facts.Add("time", Durations.Of(TimeSpan.FromSeconds(Number(row[5]))));
        facts.Add("peak memory", string.Create(CultureInfo.InvariantCulture, $"{Number(row[13]) / (1 << 20):#,0} MiB"));
        facts.Add("commit", row[6].Length > 0 ? row[6] : row[7].Length > 0 ? "none yet" : "unknown: no repository, or no git");
        facts.Add("branch", row[8]);
        facts.Add("dirty", row[7] == "1" ? $"yes, patch {row[9]}" : row[7] == "0" ? "no" : "unknown");
        text.Append(facts).Append('\n').Append(Stages(ledger, row[0], style));
        AppendSection(text, "Settings", row[11], style);
        AppendSection(text, "Environment", row[12], style);
        return text.ToString();
    }

    /// <summary>A row a stage, and a row for each way the partitions of a stage ended; the metrics of whole stages.</summary>
    static string Stages(Ledger ledger, string run, Style style)
    {
        var table = new TextTable(style, "Stage", "Outcome", "Time", "Fingerprint", "Why") { RightAligned = new HashSet<int> { 2 } };
        var stages = RecordedStage.Of(ledger, run);
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

    static void AppendSection(StringBuilder text, string heading, string json, Style style)
    {
        var table = new TextTable(style, heading, "");
        using var document = JsonDocument.Parse(json);
        foreach (var fact in document.RootElement.EnumerateObject()) table.Add(fact.Name, fact.Value.GetString() ?? "");
        if (document.RootElement.EnumerateObject().Any()) text.Append('\n').Append(table);
    }

    static string Ended(string code) => code.Length == 0 ? "unfinished" : (ExitCode)(int)Number(code) switch
    {
        ExitCode.Done => "done",
        ExitCode.GateFailed => "a gate said no (3)",
        ExitCode.ContractFailed => "contract failed (6)",
        ExitCode.Interrupted => "interrupted (8)",
        var other => $"failed ({(int)other})",
    };

    static string Commit(string commit, string isDirty) => commit.Length > 12 ? commit[..12] + (isDirty == "1" ? "+" : "") : commit;

    static string Local(string time) => DateTimeOffset.Parse(time, CultureInfo.InvariantCulture).ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
