using Kiln.Planning;
using Kiln.Settings;

namespace Kiln.Hosting;

/// <summary>A pipeline that has been declared: its stages are known and its settings judged.</summary>
sealed record Declared(PipelineDefinition Definition, Graph Graph, SettingsFile Settings, IReadOnlyDictionary<string, int> Tokens)
{
    /// <summary>In the order of their declaration.</summary>
    public required IReadOnlyList<Stage> Stages { get; init; }

    /// <summary>The lists whose keys the declaration asked for, in the order in which it did.</summary>
    public required IReadOnlyList<Listing> Listings { get; init; }

    /// <summary>The plan for some targets. What a list names that is out of date may not be there any more: then inputs are judged when lists are settled.</summary>
    public Plan PlanFor(IReadOnlyList<string> targets) => Listings.Count == 0 ? Graph.PlanFor(targets) : Graph.Outline(targets);
}

/// <summary>Finds the pipeline that a request means: the one it names, the only one that has its targets, or the first.</summary>
sealed class PipelineChoice(IReadOnlyList<PipelineDefinition> pipelines, Request request)
{
    /// <exception cref="UsageException">There is none, its settings are wrong, or it cannot be planned.</exception>
    public Declared ForTargets()
    {
        if (request.Pipeline is { } name)
            return Declare(pipelines.FirstOrDefault(pipeline => pipeline.Name == name)
                ?? throw HostErrors.UnknownPipeline(name, [.. pipelines.Select(pipeline => pipeline.Name)]));
        if (request.Targets.IsEmpty) return Declare(pipelines[0]);

        // Tasks without settings are looked through first: they can be declared whatever state the pipelines' settings are in.
        UsageException? wrong = null;
        var found = new List<Declared>();
        foreach (var pipeline in pipelines.OrderBy(pipeline => pipeline.Folder is not null))
        {
            try
            {
                var declared = Declare(pipeline);
                if (request.Targets.All(target => Has(declared, target))) found.Add(declared);
            }
            catch (UsageException error)
            {
                // A setting may be meant for another pipeline, which has the targets; if none has, this is what is wrong.
                wrong ??= error;
            }
        }

        // A stage may have the name of a task of the host, such as one that empties the store: nobody should run that by chance.
        return found switch
        {
            [var only] => only,
            [] => throw wrong ?? NotFound(),
            _ => throw HostErrors.TargetsOfEither(request.Targets, found.Select(declared => declared.Definition.Name)),
        };
    }

    /// <summary>The pipelines that have a lock file: the one that is named, or all.</summary>
    public IEnumerable<Declared> Recorded() => request.Pipeline is null ? pipelines.Where(pipeline => pipeline.Folder is not null).Select(Declare) : [ForTargets()];

    public Declared Declare(PipelineDefinition definition)
    {
        var shown = definition.Folder is null ? "" : definition.Folder + "/settings.yaml";
        var overrides = definition.Folder is null ? [] : request.Overrides;
        var workspace = new Running.Workspace(request.Workspace);
        var settings = SettingsFile.Load(definition.Name, Path.Combine(workspace.Root, shown), shown, overrides, workspace.Schemas);
        var builder = new PipelineBuilder(definition.Name, workspace.Root, settings);
        definition.Declare(builder);
        settings.Validate();
        return new Declared(definition, Graph.Of(definition.Name, workspace.Root, builder.Stages), settings, builder.TokenCounts) { Stages = builder.Stages, Listings = builder.Listings };
    }

    /// <summary>Default is the first pipeline's, or a host's own tasks would all run for it.</summary>
    bool Has(Declared declared, string target) => declared.Graph.Has(target) && (target != "Default" || declared.Definition == pipelines[0]);

    UsageException NotFound()
    {
        var graphs = pipelines.Select(pipeline => Declare(pipeline).Graph).ToList();
        var missing = request.Targets.FirstOrDefault(target => !graphs.Any(graph => graph.Has(target)));
        return missing is null
            ? HostErrors.TargetsOfSeveral(request.Targets)
            : PlanErrors.UnknownTarget(missing, string.Join(", ", graphs.Select(graph => graph.Pipeline)), [.. graphs.SelectMany(graph => graph.TargetNames).Distinct()]);
    }
}
