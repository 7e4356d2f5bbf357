using System.Collections.Immutable;

namespace Kiln.Planning;

/// <summary>
/// A whole pipeline with its edges, checked: one owner a path, a producer for every input, no cycle, outputs inside the workspace.
/// Knows nothing of what is up to date.
/// </summary>
sealed class Graph
{
    readonly string _workspace;
    readonly Dictionary<string, PlannedStage> _byName = new(StringComparer.Ordinal);
    readonly Dictionary<string, PlannedStage> _ownerOf = new(StringComparer.Ordinal);
    readonly Dictionary<string, (string Path, PlannedStage Owner)> _madeIn = new(StringComparer.Ordinal);
    readonly Dictionary<Stage, PlannedStage> _nodeOf = new(ReferenceEqualityComparer.Instance);
    readonly Dictionary<Output, PlannedOutput> _placeOf = new(ReferenceEqualityComparer.Instance);

    Graph(string pipeline, string workspace)
    {
        Pipeline = pipeline;
        _workspace = workspace;
    }

    public string Pipeline { get; }

    /// <summary>In an order that respects every edge.</summary>
    public ImmutableArray<PlannedStage> Stages { get; private set; } = [];

    public static Graph Of(string pipeline, string workspace, IReadOnlyList<Stage> stages)
    {
        var graph = new Graph(pipeline, Path.GetFullPath(workspace));
        var nodes = new List<PlannedStage>(stages.Count);
        foreach (var stage in stages) nodes.Add(graph.Register(stage));
        graph.RefuseOverlaps();
        foreach (var node in nodes) graph.Locate(node);
        Connect(nodes);
        graph.Stages = Ordering.Of(nodes);
        return graph;
    }

    /// <summary>The plan for some targets; every input no stage makes must be there.</summary>
    public Plan PlanFor(IReadOnlyList<string> targets)
    {
        var plan = Outline(targets);
        RefuseMissingInputs(plan.Stages);
        return plan;
    }

    /// <summary>The plan for some targets, whether the inputs that no stage makes are there or not.</summary>
    public Plan Outline(IReadOnlyList<string> targets)
    {
        var wanted = targets.Count == 0 ? DefaultTargets() : targets.SelectMany(Find).ToHashSet();
        var needed = new HashSet<PlannedStage>(ReferenceEqualityComparer.Instance);
        var open = new Stack<PlannedStage>(wanted);
        while (open.TryPop(out var node))
            if (needed.Add(node))
                foreach (var need in node.Needs) open.Push(need);

        var planned = needed.Count == Stages.Length ? Stages : [.. Stages.Where(needed.Contains)];
        return new Plan(Pipeline, planned, wanted);
    }

    public void RefuseMissingInputs(ImmutableArray<PlannedStage> stages)
    {
        foreach (var node in stages)
            foreach (var input in node.Inputs)
                if (input.Producer is null && !Path.Exists(input.Path))
                    throw node.Stage is CommandStage command && input.Role == nameof(CommandStage.Program)
                        ? PlanErrors.ProgramNotThere(command.Command[0], node.Name)
                        : PlanErrors.InputNotThere(Shown(input.Path), node.Name);
    }

    public bool Has(string target) => _byName.ContainsKey(target) || Stages.Any(node => node.Stage.Name == target) || target == "Default";

    public IEnumerable<string> TargetNames => Stages.Select(node => node.Stage.Name).Append("Default").Distinct();

    IEnumerable<PlannedStage> Find(string target)
    {
        if (_byName.TryGetValue(target, out var one)) return [one];
        var partitions = Stages.Where(node => node.Stage.Name == target).ToList();
        if (partitions.Count > 0) return partitions;
        if (target == "Default") return DefaultTargets();
        throw Unknown(target);
    }

    /// <summary>That a target is not there: of a partition, that its key is not.</summary>
    public UsageException Unknown(string target) => UnknownPartition(target) ?? PlanErrors.UnknownTarget(target, Pipeline, [.. TargetNames]);

    /// <summary>That a stage has no partition of a target's key; null where the target is none of a stage that has partitions.</summary>
    public UsageException? UnknownPartition(string target)
    {
        if (target.IndexOf('[') is not (> 0 and var at) || target[^1] != ']') return null;
        var (stage, key) = (target[..at], target[(at + 1)..^1]);
        var known = Stages.Where(node => node.Stage.Name == stage && node.Stage.PartitionKey is not null).OrderBy(node => node.Stage.PartitionPlace).Select(node => node.Stage.PartitionKey!).ToList();
        return known.Count > 0 ? PlanErrors.UnknownPartitionOf(stage, key, Pipeline, known) : null;
    }

    HashSet<PlannedStage> DefaultTargets() => _byName.TryGetValue("Default", out var named) ? [named] : [.. Stages.Where(node => !node.Stage.Shape.IsOnDemand)];

    PlannedStage Register(Stage stage)
    {
        var places = ImmutableArray.CreateBuilder<PlannedOutput>();
        foreach (var (role, output) in stage.Shape.OutputsOf(stage))
        {
            places.Add(Place(stage, role, output));
            _placeOf[output] = places[^1];
        }

        var outputs = places.DrainToImmutable();
        var node = new PlannedStage(stage, outputs);
        if (!_byName.TryAdd(node.Name, node)) throw PlanErrors.SameName(node.Name, _byName[node.Name].Stage.GetType().Name, stage.GetType().Name);
        foreach (var output in outputs)
            if (!_ownerOf.TryAdd(output.Path, node)) throw PlanErrors.TwoOwners(output.Relative, _ownerOf[output.Path].Name, node.Name);
        _nodeOf[stage] = node;
        return node;
    }

    PlannedOutput Place(Stage stage, string role, Output output)
    {
        var path = output.Path;
        var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path, _workspace));
        if (path.Length == 0 || !IsInside(full)) throw PlanErrors.OutsideWorkspace(path, stage.FullName, _workspace);
        var relative = Shown(full);
        if (relative is ".kiln" or ".git" || relative.StartsWith(".kiln/", StringComparison.Ordinal) || relative.StartsWith(".git/", StringComparison.Ordinal))
            throw PlanErrors.ReservedPlace(path, stage.FullName);
        return new PlannedOutput(role, relative, full, output.VariesByRun);
    }

    /// <summary>An output inside another stage's output folder would be written twice. Notes for every other folder what is made in it.</summary>
    void RefuseOverlaps()
    {
        foreach (var (path, owner) in _ownerOf)
            for (var parent = Path.GetDirectoryName(path); parent is not null && parent.Length > _workspace.Length; parent = Path.GetDirectoryName(parent))
                if (_ownerOf.TryGetValue(parent, out var outer)) throw PlanErrors.TwoOwners(Shown(path), outer.Name, owner.Name);
                else if (!_madeIn.TryAdd(parent, (path, owner))) break; // so the folders above it have been looked at
    }

    void Locate(PlannedStage node)
    {
        var inputs = ImmutableArray.CreateBuilder<PlannedInput>();
        foreach (var (role, input) in node.Stage.Shape.InputsOf(node.Stage)) inputs.Add(Locate(node, role, input));
        node.Inputs = inputs.DrainToImmutable();
    }

    PlannedInput Locate(PlannedStage node, string role, Input input)
    {
        if (input.Origin is { } output)
        {
            if (output.Owner is null || !_nodeOf.TryGetValue(output.Owner, out var producer) || !_placeOf.TryGetValue(output, out var place))
                throw PlanErrors.ProducerNotAdded(output.Path, node.Name);
            return new PlannedInput(role, place.Relative, place.Path, producer);
        }

        var path = Path.TrimEndingDirectorySeparator(Path.GetFullPath(input.Path, _workspace));
        var owner = OwnerOf(path);
        if (owner is null && !input.IsSource)
            throw PlanErrors.NoProducer(input.Path, node.Name, _ownerOf.ToDictionary(entry => Shown(entry.Key), entry => entry.Value.Name));
        if (owner is null && _madeIn.TryGetValue(path, out var made))
            throw PlanErrors.SourceHoldsOutput(input.Path, node.Name, Shown(made.Path), made.Owner.Name);
        return new PlannedInput(role, owner is null && !IsInside(path) ? Path.GetFileName(path) : Shown(path), path, owner);
    }

    PlannedStage? OwnerOf(string path)
    {
        for (var place = path; place is not null; place = Path.GetDirectoryName(place))
            if (_ownerOf.TryGetValue(place, out var owner)) return owner;
        return null;
    }

    static void Connect(List<PlannedStage> nodes)
    {
        var ofType = nodes.ToLookup(node => node.Stage.GetType());
        var ofStage = new Lazy<Dictionary<Stage, PlannedStage>>(() => nodes.ToDictionary(node => node.Stage));
        var needs = new Dictionary<PlannedStage, HashSet<PlannedStage>>(nodes.Count, ReferenceEqualityComparer.Instance);
        foreach (var node in nodes)
        {
            var producers = needs[node] = new HashSet<PlannedStage>(ReferenceEqualityComparer.Instance);
            foreach (var input in node.Inputs)
                if (input.Producer is { } producer) producers.Add(producer);
        }

        foreach (var node in nodes)
        {
            foreach (var earlier in node.Stage.Earlier) needs[node].Add(ofStage.Value[earlier]);
            foreach (var earlier in node.Stage.Shape.RunsAfter) needs[node].UnionWith(OfType(ofType, earlier, node));
            foreach (var later in node.Stage.Shape.RunsBefore)
                foreach (var dependent in OfType(ofType, later, node)) needs[dependent].Add(node);
        }

        foreach (var node in nodes) node.Needs = [.. needs[node]];
    }

    static IEnumerable<PlannedStage> OfType(ILookup<Type, PlannedStage> nodes, Type type, PlannedStage node) =>
        nodes[type].Any() ? nodes[type] : throw Errors.StageNotAdded(node.Name, type.Name);

    /// <summary>Whether a whole path, without dots and doubled slashes, lies below the workspace.</summary>
    bool IsInside(string path) => path.Length > _workspace.Length + 1 && path[_workspace.Length] == '/' && path.StartsWith(_workspace, StringComparison.Ordinal);

    string Shown(string path) => IsInside(path) ? path[(_workspace.Length + 1)..] : path;
}
