using System.Collections.Immutable;
using System.Reflection;
using Kiln.Fingerprinting;
using Kiln.Settings;

namespace Kiln;

/// <summary>Gathers a pipeline's stages. Stages are added upstream first: a constructor is given what was added before it.</summary>
public sealed class PipelineBuilder
{
    readonly List<Stage> _stages = [];
    readonly HashSet<Stage> _known = new(ReferenceEqualityComparer.Instance);
    readonly SettingsFile _settings;
    readonly List<Listing> _listings = [];
    readonly Dictionary<Type, StagesOfType> _ofType = [];
    readonly Dictionary<string, int> _tokens = new(StringComparer.Ordinal);

    readonly Witnesses _witnesses;

    internal PipelineBuilder(string name, string workspace, SettingsFile settings, Witnesses witnesses)
    {
        Name = name;
        Workspace = workspace;
        _settings = settings;
        _witnesses = witnesses;
    }

    /// <summary>The pipeline's name.</summary>
    public string Name { get; }

    /// <summary>The workspace's absolute path: what relative paths start from.</summary>
    public string Workspace { get; }

    internal IReadOnlyList<Stage> Stages => _stages;

    internal IReadOnlyList<Listing> Listings => _listings;

    /// <summary>
    /// The keys that a stage's output lists, as a JSON array of texts; none before that stage has run. A run first makes the list, and declares the
    /// pipeline again where it then lists others. What is declared before the list is asked for may run meanwhile.
    /// </summary>
    public ImmutableArray<string> Keys(Output<Json<ImmutableArray<string>>> listing)
    {
        var stage = listing.Owner ?? throw Errors.ListIsOfNoStage(listing.Path);
        var path = Path.GetFullPath(listing.Path, Workspace);
        ImmutableArray<string> keys = [];
        _witnesses.Look(path);
        try
        {
            if (File.Exists(path)) keys = Listing.Read(path, stage);
        }
        catch (KilnException)
        {
            // What stands there may be of an earlier version of its stage: it is judged once that has settled.
        }

        _listings.Add(new Listing(stage, path, keys, _stages.Count));
        return keys;
    }

    /// <summary>
    /// The bytes of a file that says which stages there are, relative to the workspace; null where there is none. A declaration that looks at
    /// files in other ways is as right, but every start has to go through it again.
    /// </summary>
    public byte[]? Read(string path)
    {
        var full = Path.GetFullPath(path, Workspace);
        _witnesses.Look(full);
        return File.Exists(full) ? File.ReadAllBytes(full) : null;
    }

    /// <summary>The files in a folder that say which stages there are, by their absolute paths and in the order of their names; null where there is no such folder.</summary>
    public IReadOnlyList<string>? FilesIn(string folder)
    {
        var full = Path.GetFullPath(folder, Workspace);
        _witnesses.Look(full);
        if (!Directory.Exists(full)) return null;
        var files = Directory.GetFiles(full);
        Array.Sort(files, StringComparer.Ordinal);
        return files;
    }

    internal IReadOnlyDictionary<string, int> TokenCounts => _tokens;

    /// <summary>Says how many there are of a token that stages hold with <c>[Token]</c>.</summary>
    public void Tokens(string name, int count = 1) => _tokens[name] = count;

    /// <summary>The settings record bound from its section of settings.yaml and from <c>--set</c>.</summary>
    public T Settings<T>()
        where T : class => (T)_settings.Bind(typeof(T));

    /// <summary>Where a settings record was written, for an error about it: <c>pipelines/income/settings.yaml:17</c>, the <c>--set</c> that brought it, or "(default)".</summary>
    /// <param name="settings">A record that <see cref="Settings{T}"/> gave, or one within it.</param>
    /// <param name="key">The key that is wrong, in camel case; null for the record as a whole.</param>
    public string PlaceOf(object settings, string? key = null) => _settings.PlaceOf(settings, key);

    /// <summary>Adds a stage, giving its constructor upstream stages, <see cref="Partitions{TStage}"/> and settings records.</summary>
    public TStage Add<TStage>()
        where TStage : Stage => Add(Construct<TStage>(null));

    /// <summary>Adds a stage made by hand: the way to declare stages in a loop.</summary>
    public TStage Add<TStage>(TStage stage)
        where TStage : Stage
    {
        if (!_known.Add(stage)) throw Errors.AddedTwice(stage.FullName);
        foreach (var (_, output) in stage.Shape.OutputsOf(stage)) output.Owner = stage;
        _stages.Add(stage);
        return stage;
    }

    /// <summary>Runs a stage before the one that makes a file, without data passing between them: what <see cref="IsDependentOnAttribute"/> says of classes, said of two stages.</summary>
    /// <param name="first">The stage that comes first.</param>
    /// <param name="made">What the other stage makes; one that is made by the first, or by no stage, orders nothing.</param>
    public void RunBefore(Stage first, Output made)
    {
        if (!_known.Contains(first)) throw Errors.StageNotAdded(made.Owner?.FullName ?? made.Path, first.FullName);
        if (made.Owner is { } maker && maker != first) maker.Earlier.Add(first);
    }

    /// <summary>Adds one stage a key. A constructor parameter of the key's type gets the key; one of a stage's type that is
    /// partitioned by the same keys gets the partition of that key.</summary>
    public Partitions<TStage> AddPartitions<TStage, TKey>(IEnumerable<TKey> keys)
        where TStage : Stage
        where TKey : notnull => AddPartitions(keys, key => Construct<TStage>(key));

    /// <summary>Adds one stage a key, each made by hand.</summary>
    public Partitions<TStage> AddPartitions<TStage, TKey>(IEnumerable<TKey> keys, Func<TKey, TStage> make)
        where TStage : Stage
        where TKey : notnull
    {
        var partitions = new List<TStage>();
        foreach (var key in keys)
        {
            var stage = make(key);
            stage.PartitionKey = StageFacts.Key(key);
            stage.PartitionPlace = partitions.Count;
            partitions.Add(Add(stage));
        }

        return new Partitions<TStage>(partitions);
    }

    TStage Construct<TStage>(object? key)
    {
        var constructor = typeof(TStage).GetConstructors().OrderByDescending(candidate => candidate.GetParameters().Length).First();
        var arguments = constructor.GetParameters().Select(parameter => Argument(typeof(TStage), parameter.ParameterType, key)).ToArray();
        return (TStage)constructor.Invoke(BindingFlags.DoNotWrapExceptions, null, arguments, null);
    }

    object Argument(Type stage, Type wanted, object? key)
    {
        if (key is not null && wanted == key.GetType()) return key;
        if (wanted.IsGenericType && wanted.GetGenericTypeDefinition() == typeof(Partitions<>)) return StagesOf(wanted.GenericTypeArguments[0]).AsPartitions(wanted);
        if (!typeof(Stage).IsAssignableFrom(wanted)) return _settings.Bind(wanted);

        var candidates = StagesOf(wanted);
        return candidates.All switch
        {
            [var only] => only,
            [] => throw Errors.StageNotAdded(stage.Name, wanted.Name),
            _ when key is not null && candidates.Of(StageFacts.Key(key)) is { } partition => partition,
            var many => throw (key is null ? Errors.StageIsPartitioned(stage.Name, wanted.Name, many.Count) : Errors.StageNotAdded(stage.Name, $"{wanted.Name}[{StageFacts.Key(key)}]")),
        };
    }

    /// <summary>The stages of a type that were added so far.</summary>
    StagesOfType StagesOf(Type type)
    {
        if (!_ofType.TryGetValue(type, out var known)) _ofType[type] = known = new StagesOfType(type);
        known.CatchUp(_stages);
        return known;
    }
}
