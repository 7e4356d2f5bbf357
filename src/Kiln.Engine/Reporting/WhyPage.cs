using System.Globalization;
using System.Text;
using Kiln.Caching;
using Kiln.Fingerprinting;
using Kiln.Planning;
using Kiln.Running;

namespace Kiln.Reporting;

/// <summary>
/// Tells why a stage would run or would not. It compares the manifest of now with that of the stage's last success here, and where nothing
/// in the store was made from the same facts, with the stored one that differs least.
/// </summary>
sealed class WhyPage(ContentStore store, ResultStore results, WorkspaceState state, Style style)
{
    readonly FactTable _facts = new(store, state.Code, style);

    /// <param name="forecast">What would become of the stage.</param>
    /// <param name="last">The stage's last success in this workspace, if any.</param>
    /// <param name="others">The forecasts of what it needs.</param>
    public string Of(Forecast forecast, LastResult? last, IReadOnlyList<Forecast> others)
    {
        var stage = forecast.Node;
        var before = last is null ? null : results.Find(last.Fingerprint);
        var text = new StringBuilder();
        text.Append(style.Strong($"{stage.Name} would {forecast.Would}: {forecast.Why}")).Append('\n');
        switch (forecast)
        {
            case Forecast.UpToDate upToDate:
                text.Append('\n').Append(_facts.Facts(stage, upToDate.Manifest.Facts));
                if (before is not null) text.Append($"\nMade by {Origin(before)}.\n");
                break;
            case Forecast.Restore restore:
                AppendChanges(text, stage, restore.Manifest, before);
                text.Append($"\nIn the store: the result of {Origin(restore.Result)}, made from exactly these facts.\n");
                break;
            case Forecast.Run { Manifest: { } manifest }:
                AppendChanges(text, stage, manifest, before);
                AppendNearest(text, stage, manifest, before);
                break;
        }

        AppendUpstream(text, others);
        return text.ToString();
    }

    /// <summary>A row for each way the partitions of a stage would go, and why most of them would.</summary>
    public string OfPartitions(string name, IReadOnlyList<Forecast> partitions)
    {
        const int named = 4;
        var text = new StringBuilder(style.Strong(string.Create(CultureInfo.InvariantCulture, $"{name} has {partitions.Count:#,0} stages"))).Append("\n\n");
        var table = new TextTable(style, "Would", "How many", "Which", "Why") { RightAligned = new HashSet<int> { 1 } };
        foreach (var alike in partitions.GroupBy(partition => partition.Would))
        {
            var reasons = alike.CountBy(partition => partition.Why).OrderByDescending(reason => reason.Value).Select(reason => reason.Key).ToList();
            var which = string.Join(", ", alike.Take(named).Select(partition => partition.Node.Stage.PartitionKey ?? partition.Node.Name));
            table.Add(alike.Key, alike.Count().ToString("#,0", CultureInfo.InvariantCulture), which + (alike.Count() > named ? ", …" : ""),
                reasons[0] + (reasons.Count > 1 ? $" (and {reasons.Count - 1:#,0} other reason{(reasons.Count > 2 ? "s" : "")})" : ""));
        }

        var example = (partitions.FirstOrDefault(partition => partition.IsStale) ?? partitions[0]).Node.Name;
        return text.Append(table).Append(style.Faint($"`why '{example}'` tells all of one.")).Append('\n').ToString();
    }

    /// <summary>What a stage that has settled in a run was made from and what had changed, as lines below its name.</summary>
    public string OfSettled(StageReport report, LastResult? last)
    {
        var before = last is null ? null : results.Find(last.Fingerprint);
        var text = new StringBuilder($"{report.Node.Name} {Settled(report.Outcome)}{(report.Why.Length > 0 ? ": " + report.Why : "")}\n");
        if (report.Manifest is { } manifest && report.Outcome is not Outcome.UpToDate) AppendChanges(text, report.Node, manifest, before);
        else if (before is not null && report.Outcome is Outcome.UpToDate) text.Append($"Made by {Origin(before)}.\n");
        return text.ToString().TrimEnd('\n').Replace("\n\n", "\n", StringComparison.Ordinal).Replace("\n", "\n  ", StringComparison.Ordinal);
    }

    void AppendChanges(StringBuilder text, PlannedStage stage, Manifest now, StageResult? before)
    {
        if (before is null) return;
        var changes = now.DifferencesFrom(before.Manifest);
        if (changes.Count > 0) text.Append('\n').Append(_facts.Changes(stage, changes));
        else text.Append('\n').Append(OutOfPlace(stage, before));
        text.Append($"\nWas: {Origin(before)}.\n");
    }

    /// <summary>Outputs that are not as they were made, where nothing that made them changed.</summary>
    string OutOfPlace(PlannedStage stage, StageResult before)
    {
        var table = new TextTable(style, "What", "Of", "Was", "Is");
        foreach (var place in stage.Outputs)
        {
            if (before.Outputs.FirstOrDefault(output => output.Path == place.Relative) is not { } made) continue;
            var now = made.IsFolder && Directory.Exists(place.Path) ? state.Hashes.Tree(place.Path).Hash : state.Hashes.Of(place.Path);
            if (now == made.Hash) continue;
            var (was, @is) = now == made.Bytes ? ("executable", "not executable") : now == made.Bytes.AsExecutable() ? ("not executable", "executable") : (made.Hash.Short, now?.Short ?? "(missing)");
            table.Add("output", place.Relative, was, @is);
        }

        return table.ToString();
    }

    void AppendNearest(StringBuilder text, PlannedStage stage, Manifest now, StageResult? before)
    {
        var ours = before is null ? int.MaxValue : now.DifferencesFrom(before.Manifest).Count;
        var nearest = results.Of(stage.Name).Select(result => (Result: result, Changes: now.DifferencesFrom(result.Manifest)))
            .Where(candidate => candidate.Changes.Count > 0 && candidate.Changes.Count < ours).OrderBy(candidate => candidate.Changes.Count).FirstOrDefault();
        if (nearest.Result is null) return;
        text.Append($"\nNearest in the store: {Origin(nearest.Result)}. It differs so:\n\n")
            .Append(_facts.Changes(stage, nearest.Changes, "What", "Of", "There", "Now"));
    }

    /// <summary>The stages before this one that are out of date for a reason of their own.</summary>
    void AppendUpstream(StringBuilder text, IReadOnlyList<Forecast> others)
    {
        const int most = 6;
        var causes = others.Where(other => other.IsStale && other is not Forecast.Follow).ToList();
        if (causes.Count == 0) return;
        var table = new TextTable(style, "Before it", "Would", "Why");
        foreach (var cause in causes.Take(most)) table.Add(cause.Node.Name, cause.Would, cause.Why);
        if (causes.Count > most) table.Add($"{causes.Count - most:#,0} more", "", "");
        text.Append('\n').Append(table);
    }

    static string Settled(Outcome outcome) => outcome switch
    {
        Outcome.UpToDate => "is up to date",
        Outcome.Restored => "was restored",
        Outcome.Skipped => "was skipped",
        _ => outcome.Word,
    };

    static string Origin(StageResult result) => string.Create(CultureInfo.InvariantCulture,
        $"run {result.Run}{(result.Commit.Length > 1 ? $", commit {result.Commit}" : "")}, {result.Started.ToLocalTime():yyyy-MM-dd HH:mm:ss}{(Durations.Of(TimeSpan.FromSeconds(result.Seconds)) is { Length: > 0 } took ? $", in {took}" : "")}");
}
