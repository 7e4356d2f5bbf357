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
        var nodes = stages.Select(graph.Register).ToList();
        graph.RefuseOverlaps();
        foreach (var node in nodes) node.Inputs = [.. node.Stage.Shape.InputsOf(node.Stage).Select(input => graph.Locate(node, input.Role, input.Input))];
        Connect(nodes);
        graph.Stages = Ordering.Of(nodes);
        return graph;
    }

    /// <summary>The plan for some targets; every input no stage makes must be there.</summary>
    public Plan PlanFor(IReadOnlyList<string> targets)
    {
        var wanted = targets.Count == 0 ? DefaultTargets() : targets.SelectMany(Find).ToImmutableHashSet();
        var needed = new HashSet<PlannedStage>(ReferenceEqualityComparer.Instance);
        var open = new Stack<PlannedStage>(wanted);
        while (open.TryPop(out var node))
            if (needed.Add(node))
                foreach (var need in node.Needs) open.Push(need);

        var planned = Stages.Where(needed.Contains).ToImmutableArray();
        foreach (var node in planned)
            foreach (var input in node.Inputs)
                if (input.Producer is null && !Path.Exists(input.Path))
                    throw node.Stage is CommandStage command && input.Role == nameof(CommandStage.Program)
                        ? PlanErrors.ProgramNotThere(command.Command[0], node.Name)
                        : PlanErrors.InputNotThere(Shown(input.Path), node.Name);
        return new Plan(Pipeline, planned, wanted);
    }

    public bool Has(string target) => _byName.ContainsKey(target) || Stages.Any(node => node.Stage.Name == target) || target == "Default";

    public IEnumerable<string> TargetNames => Stages.Select(node => node.Stage.Name).Append("Default").Distinct();

    IEnumerable<PlannedStage> Find(string target)
    {
        if (_byName.TryGetValue(target, out var one)) return [one];
        var partitions = Stages.Where(node => node.Stage.Name == target).ToList();
        if (partitions.Count > 0) return partitions;
        if (target == "Default") return DefaultTargets();
        throw PlanErrors.UnknownTarget(target, Pipeline, [.. TargetNames]);
    }

    ImmutableHashSet<PlannedStage> DefaultTargets() => _byName.TryGetValue("Default", out var named) ? [named] : [.. Stages];

    PlannedStage Register(Stage stage)
    {
        var outputs = stage.Shape.OutputsOf(stage).Select(output => Place(stage, output.Role, output.Output)).ToImmutableArray();
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
        if (path.Length == 0 || full == _workspace || !full.StartsWith(_workspace + "/", StringComparison.Ordinal))
            throw PlanErrors.OutsideWorkspace(path, stage.FullName, _workspace);
        var relative = Path.GetRelativePath(_workspace, full);
        if (relative.Split('/')[0] is ".kiln" or ".git") throw PlanErrors.ReservedPlace(path, stage.FullName);
        return new PlannedOutput(role, relative, full, output.VariesByRun);
    }

    /// <summary>An output inside another stage's output folder would be written twice. Notes for every other folder what is made in it.</summary>
    void RefuseOverlaps()
    {
        foreach (var (path, owner) in _ownerOf)
            for (var parent = Path.GetDirectoryName(path); parent is not null && parent.Length > _workspace.Length; parent = Path.GetDirectoryName(parent))
                if (_ownerOf.TryGetValue(parent, out var outer)) throw PlanErrors.TwoOwners(Shown(path), outer.Name, owner.Name);
                else _madeIn.TryAdd(parent, (path, owner));
    }

    PlannedInput Locate(PlannedStage node, string role, Input input)
    {
        if (input.Origin is { } output)
        {
            if (output.Owner is null || !_nodeOf.TryGetValue(output.Owner, out var producer))
                throw PlanErrors.ProducerNotAdded(output.Path, node.Name);
            var place = Path.TrimEndingDirectorySeparator(Path.GetFullPath(output.Path, _workspace));
            return new PlannedInput(role, Shown(place), place, producer);
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
        var needs = nodes.ToDictionary(node => node, node => new HashSet<PlannedStage>(node.Inputs.Select(input => input.Producer).OfType<PlannedStage>()));
        foreach (var node in nodes)
        {
            foreach (var earlier in node.Stage.Shape.RunsAfter) needs[node].UnionWith(OfType(ofType, earlier, node));
            foreach (var later in node.Stage.Shape.RunsBefore)
                foreach (var dependent in OfType(ofType, later, node)) needs[dependent].Add(node);
        }

        foreach (var node in nodes) node.Needs = [.. needs[node]];
    }

    static IEnumerable<PlannedStage> OfType(ILookup<Type, PlannedStage> nodes, Type type, PlannedStage node) =>
        nodes[type].Any() ? nodes[type] : throw Errors.StageNotAdded(node.Name, type.Name);

    bool IsInside(string path) => path.StartsWith(_workspace + "/", StringComparison.Ordinal);

    string Shown(string path) => IsInside(path) ? Path.GetRelativePath(_workspace, path) : path;
}
