using System.Collections.Immutable;
using Kiln.Fingerprinting;
using Kiln.Planning;
using Kiln.Settings;

namespace Kiln.Hosting;

/// <summary>Finds the pipeline that a request means: the one it names, the only one that has its targets, or the first, which a start without a target makes too.</summary>
sealed class PipelineChoice(IReadOnlyList<PipelineDefinition> pipelines, Request request)
{
    readonly List<Declared> _all = [];

    /// <exception cref="UsageException">There is none, its settings are wrong, or it cannot be planned.</exception>
    public Declared ForTargets() => Found() switch
    {
        { Declared: { } declared } => RefuseUnlisted(declared),
        var candidate => throw Explained(candidate),
    };

    Candidate Found()
    {
        if (request.Pipeline is { } name)
            return Look(pipelines.FirstOrDefault(pipeline => pipeline.Name == name)
                ?? throw HostErrors.UnknownPipeline(name, [.. pipelines.Select(pipeline => pipeline.Name)]));
        if (request.Targets.IsEmpty) return Look(pipelines[0]);

        var candidates = pipelines.Select(Look).ToList();
        var having = candidates.Where(candidate => request.Targets.All(target => Has(candidate, target))).ToList();
        if (having.Count == 0) having = [.. candidates.Where(candidate => MayList(candidate, candidates))];
        // Of several, a setting may be meant for the one that takes it.
        if (having.Exists(candidate => candidate.Declared is not null)) having.RemoveAll(candidate => candidate is { Declared: null, IsFileSound: true });

        // A stage may have the name of a task of the host, such as one that empties the store: nobody should run that by chance.
        return having switch
        {
            [var only] => only,
            [var first, ..] when first.Definition == pipelines[0] && having.TrueForAll(candidate => candidate.Definition.Folder is not null) => first,
            [] => candidates.Find(candidate => !candidate.IsFileSound) ?? NoneTakes(candidates) ?? throw NotFound(candidates),
            _ => throw HostErrors.TargetsOfEither(request.Targets, having.Select(candidate => candidate.Definition.Name)),
        };
    }

    /// <summary>The files that declarations looked at.</summary>
    public Witnesses Witnesses { get; } = new();

    /// <summary>Every pipeline that was declared, each once for every time it was.</summary>
    public IReadOnlyList<Declared> All => _all;

    /// <summary>Whether one could not be declared, and was passed over.</summary>
    public bool HasPassedOver { get; private set; }

    /// <summary>Declares a pipeline; where that goes wrong, as much of it as can be, to tell whether it is meant.</summary>
    Candidate Look(PipelineDefinition definition)
    {
        try
        {
            return new Candidate(definition, Declare(definition));
        }
        catch (UsageException wrong)
        {
            HasPassedOver = true;
            var sound = Try(() => Declare(definition, []));
            return new Candidate(definition, null, wrong, sound ?? Try(() => Declare(definition, [], "")), sound is not null);
        }
    }

    static Declared? Try(Func<Declared> declare)
    {
        try
        {
            return declare();
        }
        catch (UsageException)
        {
            return null;
        }
    }

    /// <summary>What is wrong with a pipeline: where it does not have a setting that another has, that. A setting that it has is its own, however wrong the value.</summary>
    UsageException Explained(Candidate candidate)
    {
        if (candidate is { IsFileSound: true, Without: { } own })
            foreach (var pair in request.Overrides.Where(pair => !own.Settings.Has(pair)))
                if (OthersWith(pair, candidate.Definition) is { Length: > 0 } owners) return HostErrors.SettingOfAnother(pair, owners, candidate.Definition.Name);
        return candidate.Wrong!;
    }

    string[] OthersWith(string pair, PipelineDefinition pipeline) =>
        [.. pipelines.Where(other => other.Folder is not null && other != pipeline && Try(() => Declare(other, []))?.Settings.Has(pair) == true).Select(other => other.Name)];

    /// <summary>Only a run settles the lists and looks for its targets again.</summary>
    Declared RefuseUnlisted(Declared declared) => declared.Listings.Count == 0 || request.SettlesLists || declared.Unknown(request.Targets) is not { } target
        ? declared
        : throw PlanErrors.NotListed(target, declared.Definition.Name, [.. declared.Listings.Select(listing => listing.Stage.FullName)], [.. declared.Graph.TargetNames]);

    /// <summary>The pipelines that have a lock file: the one that is named or has the targets, or all.</summary>
    public IEnumerable<Declared> Recorded()
    {
        if (request.Pipeline is null && request.Targets.IsEmpty) return pipelines.Where(pipeline => pipeline.Folder is not null).Select(Declare);
        var asked = ForTargets();
        return asked.Definition.Folder is not null ? [asked] : throw HostErrors.NoLockFile(asked.Definition.Name);
    }

    public Declared Declare(PipelineDefinition definition) => Declare(definition, request.Overrides);

    /// <param name="definition">The pipeline. A host's own tasks have no settings.</param>
    /// <param name="overrides">The settings to lay over its file's.</param>
    /// <param name="file">The file to read in place of its own; where there is none, every setting has its default.</param>
    Declared Declare(PipelineDefinition definition, ImmutableArray<string> overrides, string? file = null)
    {
        var shown = file ?? (definition.Folder is null ? "" : definition.Folder + "/settings.yaml");
        if (definition.Folder is null) overrides = [];
        var workspace = new Running.Workspace(request.Workspace);
        var path = Path.Combine(workspace.Root, shown);
        if (shown.Length > 0) Witnesses.Look(path);
        var settings = SettingsFile.Load(definition.Name, path, shown, overrides, workspace.Schemas);
        var builder = new PipelineBuilder(definition.Name, workspace.Root, settings, Witnesses);
        definition.Declare(builder);
        settings.Validate();
        var declared = new Declared(definition, Graph.Of(definition.Name, workspace.Root, builder.Stages), settings, builder.TokenCounts) { Stages = builder.Stages, Listings = builder.Listings };
        _all.Add(declared);
        return declared;
    }

    /// <summary>Default is the first pipeline's, or a host's own tasks would all run for it.</summary>
    bool Has(Candidate candidate, string target) => candidate.Known?.Graph.Has(target) == true && (target != "Default" || candidate.Definition == pipelines[0]);

    /// <summary>Whether one of its lists may name the targets that it has not: those that nobody has.</summary>
    bool MayList(Candidate candidate, List<Candidate> all) => candidate.Known is { Listings.Count: > 0 }
        && request.Targets.All(target => Has(candidate, target) || !all.Exists(other => Has(other, target)));

    /// <summary>The first of the pipelines where none takes the request's settings: stages may follow from these.</summary>
    static Candidate? NoneTakes(List<Candidate> all) => all.FindAll(candidate => candidate.Definition.Folder is not null) is [var first, ..] withSettings
        && withSettings.TrueForAll(candidate => candidate.Declared is null) ? first : null;

    UsageException NotFound(IReadOnlyList<Candidate> candidates)
    {
        var graphs = candidates.Select(candidate => candidate.Known!.Graph).ToList();
        var missing = request.Targets.FirstOrDefault(target => !graphs.Any(graph => graph.Has(target)));
        if (missing is null) return HostErrors.TargetsOfSeveral(request.Targets);
        return graphs.Select(graph => graph.UnknownPartition(missing)).FirstOrDefault(error => error is not null)
            ?? PlanErrors.UnknownTarget(missing, string.Join(", ", graphs.Select(graph => graph.Pipeline)), [.. graphs.SelectMany(graph => graph.TargetNames).Distinct()]);
    }
}
