using System.Text;
using Kiln.Fingerprinting;
using Kiln.Planning;
using Kiln.Running;

namespace Kiln.Reporting;

/// <summary>Answers about a plan that runs nothing: its tree, its stages, what would run.</summary>
static class PlanPages
{
    /// <summary>Each target with what it needs below it; partitions stand in one line.</summary>
    public static string Tree(Plan plan, Style style)
    {
        var text = new StringBuilder();
        var groups = plan.Stages.GroupBy(stage => stage.Stage.Name).ToDictionary(group => group.Key, group => group.ToList());
        var neededGroups = groups.ToDictionary(group => group.Key,
            group => group.Value.SelectMany(stage => stage.Needs).Select(need => need.Stage.Name).Where(name => name != group.Key).Distinct().ToList());
        var needed = neededGroups.Values.SelectMany(names => names).ToHashSet();
        var shown = new HashSet<string>();
        foreach (var root in plan.Targets.Select(target => target.Stage.Name).Distinct().Where(name => !needed.Contains(name)).Order(StringComparer.Ordinal)) Append(root, "", "");
        return text.ToString();

        void Append(string name, string lead, string rest)
        {
            var isRepeat = !shown.Add(name) && neededGroups[name].Count > 0;
            var count = groups[name].Count > 1 ? style.Faint($" ({groups[name].Count} partitions)") : "";
            text.Append(lead).Append(name).Append(count).Append(isRepeat ? style.Faint(" (see above)") : "").Append('\n');
            if (isRepeat) return;
            for (var i = 0; i < neededGroups[name].Count; i++)
            {
                var isLast = i == neededGroups[name].Count - 1;
                Append(neededGroups[name][i], rest + (isLast ? "└─ " : "├─ "), rest + (isLast ? "   " : "│  "));
            }
        }
    }

    public static string Descriptions(IEnumerable<Graph> graphs, Style style)
    {
        var table = new TextTable(style, "Pipeline", "Stage", "Description");
        foreach (var graph in graphs)
            foreach (var stage in graph.Stages.DistinctBy(stage => stage.Stage.Name))
                table.Add(graph.Pipeline, stage.Stage.Name, stage.Stage.Shape.Description);
        return table.ToString();
    }

    public static string DryRun(Plan plan, Decider decider, FileHashes hashes, bool force, Style style)
    {
        var table = new TextTable(style, "Stage", "Would", "Why");
        var unsettled = new HashSet<PlannedStage>(ReferenceEqualityComparer.Instance);
        var answers = new List<(string Group, string Would, string Why)>();
        foreach (var stage in plan.Stages)
        {
            var (would, why) = Answer(stage, decider, hashes, force && plan.Targets.Contains(stage), unsettled);
            if (would is not "stay as it is") unsettled.Add(stage);
            answers.Add((stage.Stage.Name, would, why));
        }

        foreach (var alike in answers.GroupBy(answer => (answer.Group, answer.Would)))
        {
            var total = answers.Count(answer => answer.Group == alike.Key.Group);
            table.Add(alike.Key.Group, alike.Key.Would + (total > 1 ? $" ({alike.Count()} of {total})" : ""), alike.First().Why);
        }

        return table.ToString();
    }

    static (string Would, string Why) Answer(PlannedStage stage, Decider decider, FileHashes hashes, bool forced, HashSet<PlannedStage> unsettled)
    {
        if (stage.Stage.ShouldRun() is { Runs: false } no) return ("be skipped", no.Because);
        if (stage.Needs.FirstOrDefault(unsettled.Contains) is { } need) return ("run", $"{need.Name} comes first; unless that makes the same bytes");
        var decision = decider.Decide(stage, HashOf, forced);
        return decision switch
        {
            Decision.Nothing => ("stay as it is", "nothing changed"),
            Decision.Restore restore => ("be restored", restore.Why),
            Decision.Run run => ("run", run.Why),
            _ => throw new InvalidOperationException(),
        };

        ContentHash? HashOf(PlannedInput input)
        {
            var made = input.Producer is { } producer ? decider.Last(producer)?.Outputs.FirstOrDefault(output => output.Path == input.Label) : null;
            return made is { Path: not null } ? made.Value.Hash : hashes.Of(input.Path);
        }
    }
}
