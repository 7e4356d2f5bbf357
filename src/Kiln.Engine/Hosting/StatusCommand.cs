using System.Collections.Immutable;
using Kiln.Caching;
using Kiln.Planning;
using Kiln.Recording;
using Kiln.Reporting;
using Kiln.Running;

namespace Kiln.Hosting;

/// <summary>Says what a run would do. Reads stamps and results, moves no data and writes nothing.</summary>
sealed class StatusCommand(Workspace workspace, Request request, Style style)
{
    readonly WorkspaceState _state = WorkspaceState.Load(workspace.State);

    public ExitCode Execute(Declared declared)
    {
        var plan = declared.PlanFor(request.Targets);
        var cache = Cache.Of(workspace.Own, request.Cache);
        var decider = Decider.ThatLooks(plan.Pipeline, _state, cache);
        var narrowing = new Narrowing(request);
        if (narrowing.IsAsked) plan = narrowing.Of(plan, () => Ledger.OpenToRead(workspace.Ledger), all => new Survey(decider, _state.Hashes, cache.Objects).Of(all, new HashSet<PlannedStage>()));
        var stages = request.Exclusive ? plan.Stages.Where(plan.Targets.Contains).ToImmutableArray() : plan.Stages;
        var forecasts = new Survey(decider, _state.Hashes, cache.Objects).Of(stages, request.Force ? plan.Targets : new HashSet<PlannedStage>(), plan.Withheld);
        if (request.Verbosity == Verbosity.Diagnostic)
        {
            _state.Code.ReadAhead(plan.Stages);
            Answer.Print(_state.Code.Effort + "\n");
        }

        var lines = Lines(decider, forecasts, cache.Name);
        Answer.Print(request.Json ? StatusPage.Json(plan.Pipeline, lines) : StatusPage.Text(lines, request.Verb == Verb.DryRun || request.Verbosity >= Verbosity.Verbose, style));
        if (!request.Json)
            foreach (var listing in declared.Listings.Where(listing => forecasts.Any(forecast => forecast.Node.Stage == listing.Stage && forecast.IsStale)))
                Answer.Print($"{listing.Stage.FullName} may list more, or other, stages when it has run.\n");
        return request.Verb == Verb.Status && forecasts.Any(forecast => forecast.IsStale && !plan.Withheld.ContainsKey(forecast.Node)) ? ExitCode.Stale : ExitCode.Done;
    }

    static List<StatusLine> Lines(Decider decider, ImmutableArray<Forecast> forecasts, string cache)
    {
        var lines = new List<StatusLine>(forecasts.Length);
        foreach (var forecast in forecasts)
            lines.Add(forecast switch
            {
                Forecast.Restore restore => new StatusLine(forecast, restore.Result.Seconds, cache),
                Forecast.Run or Forecast.Follow => new StatusLine(forecast, decider.Last(forecast.Node)?.Seconds, ""),
                _ => new StatusLine(forecast, null, ""),
            });
        return lines;
    }
}
