using System.Collections.Immutable;
using Kiln.Planning;
using Kiln.Running;

namespace Kiln.Hosting;

/// <summary>
/// Settles the stages that list what comes next, one after the other, and declares the pipeline again where one lists something else than before.
/// Meanwhile only runs what was declared before the list was asked for: nothing else can be known not to depend on it. So nothing is
/// made from keys that are out of date, and no stage runs twice.
/// </summary>
sealed class Rounds(PipelineChoice choice, Request request, Func<Declared, Plan, IReadOnlyDictionary<string, StageReport>, ImmutableArray<StageReport>> schedule)
{
    const int Most = 100;

    readonly Dictionary<string, StageReport> _settled = new(StringComparer.Ordinal);

    /// <summary>What settled so far, by name.</summary>
    public IReadOnlyDictionary<string, StageReport> Settled => _settled;

    /// <summary>What is wrong with a list.</summary>
    public string? Problem { get; private set; }

    /// <summary>A target that no list has named, once all are settled.</summary>
    public UsageException? Unknown { get; private set; }

    /// <param name="declared">The pipeline as the lists stand.</param>
    /// <param name="plan">The plan as the lists stand.</param>
    /// <param name="onlyLists">Whether nothing but what the lists need is to run meanwhile.</param>
    public (Declared Declared, Plan Plan) SettleLists(Declared declared, Plan plan, bool onlyLists)
    {
        var read = new HashSet<string>(StringComparer.Ordinal);
        while (Next(declared, plan, read) is { } listing)
        {
            if (read.Count == Most) throw PlanErrors.ListsWithoutEnd(listing.Path, Most);
            read.Add(listing.Path);
            var before = declared.Stages.Take(listing.Place).ToHashSet();
            var isForLists = onlyLists || declared.Unknown(request.Targets) is not null; // a run for what turns out not to be there makes nothing but lists
            foreach (var report in schedule(declared, Before(listing, declared.Graph, plan, isForLists ? [] : before), _settled)) _settled[report.Node.Name] = report;
            if (KeysOf(listing) is not { } keys)
            {
                var because = $"{listing.Stage.FullName}, which lists what comes next, {(_settled[listing.Stage.FullName].Outcome is Outcome.Failed ? "failed" : "was not made")}";
                return Known(declared, plan with { Withheld = plan.Stages.Where(stage => !before.Contains(stage.Stage)).ToDictionary(stage => stage, _ => because) });
            }

            if (keys.SequenceEqual(listing.Keys)) continue;
            declared = choice.Declare(declared.Definition);
            plan = declared.OutlineOfKnown(request.Targets);
        }

        return Known(declared, plan);
    }

    /// <summary>Nothing is made where a target is unknown: it may be another that was meant.</summary>
    (Declared, Plan) Known(Declared declared, Plan plan)
    {
        if (declared.Unknown(request.Targets) is not { } target) return (declared, plan);
        Unknown = declared.Graph.Unknown(target);
        return (declared, plan with { Stages = [], Targets = ImmutableHashSet<PlannedStage>.Empty });
    }

    /// <summary>The first list that was not read in this run and that is planned, or on which something planned, or a target not yet known, may depend.</summary>
    Listing? Next(Declared declared, Plan plan, HashSet<string> read)
    {
        var isOpen = declared.Unknown(request.Targets) is not null;
        foreach (var listing in declared.Listings)
        {
            if (read.Contains(listing.Path)) continue;
            var before = declared.Stages.Take(listing.Place).ToHashSet();
            if (isOpen || plan.Stages.Any(stage => stage.Stage == listing.Stage || !before.Contains(stage.Stage))) return listing;
        }

        return null;
    }

    /// <summary>What can run before a list is known: the stage that makes it with its needs, and planned stages that only need such as were declared before.</summary>
    static Plan Before(Listing listing, Graph graph, Plan plan, HashSet<Stage> before)
    {
        var lister = graph.Stages.First(stage => stage.Stage == listing.Stage);
        var kept = Narrowed.Only(plan with { Stages = graph.Stages }, [lister]).Stages.ToHashSet();
        foreach (var stage in plan.Stages)
            if (before.Contains(stage.Stage) && stage.Needs.All(kept.Contains)) kept.Add(stage);
        return plan with { Stages = [.. graph.Stages.Where(kept.Contains)], Targets = plan.Targets.Where(kept.Contains).ToHashSet() };
    }

    /// <summary>The keys of a list that was made in this run or found up to date; null where there is none to go by.</summary>
    ImmutableArray<string>? KeysOf(Listing listing)
    {
        var report = _settled[listing.Stage.FullName];
        if (!report.Outcome.IsMade) return null;
        try
        {
            return Listing.Read(listing.Path, listing.Stage);
        }
        catch (KilnException error)
        {
            Problem = error.Message;
            _settled[listing.Stage.FullName] = report with { Outcome = new Outcome.Failed(error) };
            return null;
        }
    }
}
