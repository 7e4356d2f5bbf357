using System.Collections.Immutable;
using Kiln.Planning;
using Kiln.Running;
using Kiln.Settings;

namespace Kiln.Hosting;

/// <summary>A pipeline that has been declared: its stages are known and its settings judged.</summary>
sealed record Declared(PipelineDefinition Definition, Graph Graph, SettingsFile Settings, IReadOnlyDictionary<string, int> Tokens)
{
    /// <summary>In the order of their declaration.</summary>
    public required IReadOnlyList<Stage> Stages { get; init; }

    /// <summary>The lists whose keys the declaration asked for, in the order in which it did.</summary>
    public required IReadOnlyList<Listing> Listings { get; init; }

    /// <summary>The first of the targets that is not there, or null. A list that is still to be settled may name it.</summary>
    public string? Unknown(IEnumerable<string> targets) => targets.FirstOrDefault(target => !Graph.Has(target));

    /// <summary>The plan for some targets. What a list names that is out of date may not be there any more: then inputs are judged when lists are settled.</summary>
    public Plan PlanFor(IReadOnlyList<string> targets) => Listings.Count == 0 ? Graph.PlanFor(targets) : OutlineOfKnown(targets);

    /// <summary>The plan for those of the targets that are there; nothing where none is.</summary>
    public Plan OutlineOfKnown(IReadOnlyList<string> targets)
    {
        var known = targets.Where(Graph.Has).ToList();
        return known.Count > 0 || targets.Count == 0 ? Graph.Outline(known) : new Plan(Graph.Pipeline, [], ImmutableHashSet<PlannedStage>.Empty);
    }

    /// <summary>What the workers of its stages need.</summary>
    public WorkerPlace WorkersIn(Workspace workspace, ImmutableArray<string> overrides) => new(
        Definition.Name, Definition.Folder is { } home ? Path.Combine(workspace.Root, home, "settings.yaml") : null, overrides, Graph, [.. Listings.Select(listing => listing.Path)]);
}
