using System.Collections.Immutable;
using System.Globalization;
using Kiln.Planning;
using Kiln.Recording;
using Kiln.Running;

namespace Kiln.Hosting;

/// <summary>Narrows a plan to what <c>--partitions</c>, <c>--limit</c> and <c>--failed-only</c> ask for.</summary>
sealed class Narrowing(Request request)
{
    /// <summary>What there is to say of it.</summary>
    public string? Note { get; private set; }

    public bool IsAsked => request.Partitions is not null || request.FailedOnly || request.Limit is not null;

    /// <param name="plan">The whole plan.</param>
    /// <param name="openLedger">Opens the ledger: what failed last is read there.</param>
    /// <param name="survey">Foretells what stages would do.</param>
    public Plan Of(Plan plan, Func<Ledger> openLedger, Func<ImmutableArray<PlannedStage>, ImmutableArray<Forecast>> survey)
    {
        var chosen = request.Partitions is { } keys ? new PartitionChoice(plan).Of(keys) : null;
        if (request.Limit is { } limit) chosen = FirstDue(plan, chosen, survey(plan.Stages), limit);
        if (chosen is not null) plan = Narrowed.To(plan, chosen, request.Limit is null ? "--partitions" : "--limit");
        if (!request.FailedOnly) return plan;

        var failed = FailedLast(openLedger, plan.Pipeline);
        plan = Narrowed.Only(plan, plan.Stages.Where(stage => failed.Contains(stage.Name)));
        if (plan.Stages.IsEmpty) Note = "Nothing of this plan failed last time.";
        return plan;
    }

    /// <summary>The partitions of the first keys of which one is out of date; null where there are no more keys than that.</summary>
    HashSet<PlannedStage>? FirstDue(Plan plan, HashSet<PlannedStage>? chosen, ImmutableArray<Forecast> forecasts, int limit)
    {
        var stale = forecasts.Where(forecast => forecast is { IsStale: true } and not Forecast.Skip).Select(forecast => forecast.Node).ToHashSet();
        var due = new PartitionChoice(plan).ByKey.Select(key => (key.Key, Stages: key.Where(stage => chosen is null || chosen.Contains(stage)).ToList()))
            .Where(key => key.Stages.Any(stale.Contains)).ToList();
        var left = due.Skip(limit).Select(key => key.Key).ToList();
        if (left.Count == 0) return chosen;
        Note = string.Create(CultureInfo.InvariantCulture, $"--limit {limit}: {left.Count:#,0} more to do after this run, {(left.Count == 1 ? left[0] : $"from {left[0]} to {left[^1]}")}.");
        return due.Take(limit).SelectMany(key => key.Stages).ToHashSet();
    }

    /// <summary>The stages whose last outcome that tells anything is a failure; what was skipped or cancelled tells nothing.</summary>
    static HashSet<string> FailedLast(Func<Ledger> openLedger, string pipeline)
    {
        using var ledger = openLedger();
        return [.. ledger.Query("""
            SELECT name, outcome, MAX(runs.started) FROM stages JOIN runs ON runs.id = stages.run
            WHERE runs.pipeline = $pipeline AND outcome NOT IN ('skipped', 'cancelled') GROUP BY name
            """, ("$pipeline", pipeline)).Where(row => row[1] == "failed").Select(row => row[0])];
    }
}
