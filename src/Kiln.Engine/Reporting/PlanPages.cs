using System.Text;
using Kiln.Planning;

namespace Kiln.Reporting;

/// <summary>Answers about a plan that runs nothing: its tree, its stages.</summary>
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
}
