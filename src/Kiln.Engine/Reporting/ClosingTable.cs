using Kiln.Running;

namespace Kiln.Reporting;

/// <summary>What a run ends with: a row a stage (partitions in one row), with outcome, time and why. Where very many had nothing to do, they share one.</summary>
static class ClosingTable
{
    const int MostAtRest = 40;

    public static string Of(IReadOnlyList<StageReport> reports, TimeSpan total, Style style) => Table(reports, style) + Ending(Counts(reports), total, style);

    public static string Table(IReadOnlyList<StageReport> reports, Style style)
    {
        var table = new TextTable(style, "Stage", "Outcome", "Time", "Why") { RightAligned = new HashSet<int> { 2 } };
        var atRest = reports.Count(IsAtRest);
        foreach (var group in reports.Where(report => atRest <= MostAtRest || !IsAtRest(report)).GroupBy(report => report.Node.Stage.Name))
            foreach (var (outcome, words, time, why) in Rows([.. group]))
                table.Add((group.Key, text => text), (words, text => style.Outcome(outcome, text)), (Durations.Of(time), text => text), (why, style.Faint));
        if (atRest > MostAtRest) table.Add(($"{atRest:#,0} stages", text => text), ("up to date", style.Faint), ("", text => text), ("nothing changed", style.Faint));
        return table.ToString();
    }

    static bool IsAtRest(StageReport report) => report.Outcome is Outcome.UpToDate && report.Node.Stage.PartitionKey is null;

    /// <summary>One row for a whole stage, or a row for each way its partitions ended.</summary>
    static IEnumerable<(Outcome, string, TimeSpan, string)> Rows(List<StageReport> group)
    {
        if (group is [{ Node.Stage.PartitionKey: null } whole])
        {
            yield return (whole.Outcome, whole.Outcome.Word, whole.Time, whole.Outcome is Outcome.Failed failed ? FirstLine(failed.Error.Message) : whole.Why);
            yield break;
        }

        foreach (var alike in group.GroupBy(report => report.Outcome.GetType()))
        {
            var reports = alike.ToList();
            var reasons = reports.CountBy(report => report.Outcome is Outcome.Failed failed ? FirstLine(failed.Error.Message) : report.Why)
                .OrderByDescending(reason => reason.Value).Select(reason => reason.Key).Where(reason => reason.Length > 0).ToList();
            var which = reports.Count <= 3 && reports.Count < group.Count ? string.Join(", ", reports.Select(report => report.Node.Stage.PartitionKey)) + ": " : "";
            yield return (reports[0].Outcome, $"{reports[0].Outcome.Word} {reports.Count}/{group.Count}",
                TimeSpan.FromTicks(reports.Sum(report => report.Time.Ticks)),
                which + (reasons.Count == 0 ? "" : reasons[0] + (reasons.Count > 1 ? $" (and {reasons.Count - 1} other reason{(reasons.Count > 2 ? "s" : "")})" : "")));
        }
    }

    /// <summary>How many stages ended how.</summary>
    public static string Counts(IReadOnlyList<StageReport> reports) =>
        string.Join(", ", reports.CountBy(report => report.Outcome.Word).Select(count => $"{count.Value:#,0} {count.Key}"));

    /// <summary>The last line.</summary>
    public static string Ending(string counts, TimeSpan total, Style style) => style.Faint($"{counts}; {Durations.Of(total)} in all") + "\n";

    static string FirstLine(string message) => message.Split('\n')[0].TrimEnd(':');
}
