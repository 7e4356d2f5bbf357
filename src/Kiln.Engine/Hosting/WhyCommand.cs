using Kiln.Caching;
using Kiln.Planning;
using Kiln.Reporting;
using Kiln.Running;

namespace Kiln.Hosting;

/// <summary>Explains what a run would do with one stage, or with the partitions of one. Writes nothing.</summary>
sealed class WhyCommand(Workspace workspace, Request request, Style style)
{
    public string Explain(Graph graph)
    {
        var plan = graph.PlanFor(request.Targets);
        var state = WorkspaceState.Load(workspace.State);
        var cache = Cache.Of(workspace.Own, request.Cache);
        var decider = Decider.ThatLooks(plan.Pipeline, state, cache);
        // Asked before the survey: that notes what it finds in place, as a run would.
        var before = plan.Targets.ToDictionary(stage => stage, decider.Last);
        var forecasts = new Survey(decider, state.Hashes, cache.Objects).Of(plan.Stages, new HashSet<PlannedStage>());
        var asked = forecasts.Where(forecast => plan.Targets.Contains(forecast.Node)).ToList();
        var page = new WhyPage(cache.Objects, cache.Results, state, style);
        return asked is [var one] ? page.Of(one, before[one.Node], [.. forecasts.Where(forecast => forecast != one)]) : page.OfPartitions(request.Targets[0], asked);
    }
}
