using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using Kiln.Caching;
using Kiln.Fingerprinting.CodeReading;
using Kiln.Planning;

namespace Kiln.Fingerprinting;

/// <summary>
/// The code a stage can reach, as facts: the hash of its methods' IL and of what else of the solution they use, the packages it reaches by
/// version and hash, and native libraries by hash.
/// </summary>
/// <param name="folder">Where what is known of the program is kept, and the listings behind the hashes.</param>
/// <param name="hashes">The hashes of native libraries.</param>
sealed class CodeIdentity(string folder, FileHashes hashes)
{
    /// <summary>How many listings are kept beside those of this run's stages: a few tens of megabytes at most.</summary>
    const int MostKept = 100;

    static readonly Dictionary<Type, StageCode> ReadInThisProcess = [];
    static readonly Program Program = new(); // also the lock: what is read of it is for one thread at a time

    readonly ConcurrentDictionary<Type, (StageCode Code, ImmutableArray<Fact> Facts)> _facts = new();
    readonly Lazy<KnownCode> _known = new(() => KnownCode.Load(Path.Combine(folder, "known")));
    TimeSpan _spent;

    /// <summary>The facts of a stage's class, in an order of their own.</summary>
    public ImmutableArray<Fact> Of(Type stage) => Look(stage).Facts;

    /// <summary>Where a stage's class runs code that no reference leads to, a sentence each.</summary>
    public ImmutableArray<string> Unfollowed(Type stage) => Look(stage).Code.Unfollowed;

    /// <summary>What changed between two values of a code fact; nothing where a listing is not at hand.</summary>
    public ImmutableArray<string> Changes(string before, string now) => Listing(before) is { } earlier && Listing(now) is { } later ? [.. later.ChangesSince(earlier)] : [];

    /// <summary>
    /// What runs before any stage does and may look at more than the program's own files: then a start cannot know that it would end as the last one
    /// did without going through it. Null where everything is accounted for.
    /// </summary>
    /// <param name="entry">The program's first method.</param>
    /// <param name="pipelines">What is declared.</param>
    /// <param name="stages">The classes of its stages.</param>
    /// <param name="settings">The classes of the settings that were read.</param>
    public string? OutsideBeforeStages(MethodBase? entry, IEnumerable<PipelineDefinition> pipelines, IEnumerable<Type> stages, IEnumerable<Type> settings)
    {
        if (entry is null) return "the process was not started by a program's own method";
        var declarations = pipelines.SelectMany(pipeline => pipeline.Declare.GetInvocationList()).ToList();
        foreach (var declaration in declarations)
            if (declaration.Target is { } target && target.GetType().GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic).Length > 0) return $"{declaration.Method.Name} holds values that were given to it elsewhere";
        var (methods, classes, records) = (declarations.Select(declaration => (MethodBase)declaration.Method).Prepend(entry).ToList(), stages.Where(stage => stage.Assembly != typeof(Stage).Assembly).ToList(), settings.ToList());
        var names = methods.Select(method => $"{method.DeclaringType} {method.MetadataToken} {method.Module.ModuleVersionId}").Concat(classes.Concat(records).Select(type => type.AssemblyQualifiedName)).Order(StringComparer.Ordinal);
        var key = "start " + ContentHash.Of(System.Text.Encoding.UTF8.GetBytes(string.Join('\n', names)));
        lock (Program)
        {
            if (_known.Value.Find(key, entry.Module) is { } known) return Several(known.Unfollowed);
            var code = StageCode.OfStart(methods, classes, records, Program);
            _known.Value.Add(key, code);
            return Several(code.Unfollowed);
        }
    }

    static string? Several(ImmutableArray<string> reasons) => reasons.IsEmpty ? null : string.Join("; ", reasons.Take(3));

    /// <summary>Looks at stages' code before anything waits for it. What goes wrong is met again, and told, where the code is asked for.</summary>
    public void ReadAhead(ImmutableArray<PlannedStage> stages)
    {
        foreach (var stage in stages) Look(stage.Stage.GetType());
    }

    /// <summary>How many classes were looked at, and how long that took.</summary>
    public string Effort => string.Create(CultureInfo.InvariantCulture, $"The code of {_facts.Count} stage classes took {_spent.TotalMilliseconds:0.0} ms.");

    /// <summary>Keeps what was learned of the program, and the listings.</summary>
    public void Save()
    {
        var isNew = false;
        foreach (var (_, (code, _)) in _facts)
            if (code.Listing is { } listing && PathOf(listing.Hash.ToString()) is var path && !File.Exists(path))
            {
                AtomicFile.Write(path, listing.ToBytes());
                isNew = true;
            }

        if (isNew) Sweep();
        if (_known is { IsValueCreated: true, Value.Changed: true })
            lock (Program) _known.Value.Save(Program);
    }

    (StageCode Code, ImmutableArray<Fact> Facts) Look(Type stage)
    {
        if (_facts.TryGetValue(stage, out var looked)) return looked;
        lock (Program)
        {
            if (_facts.TryGetValue(stage, out looked)) return looked;
            var clock = Stopwatch.StartNew();
            var code = stage.Assembly == typeof(Stage).Assembly ? StageCode.None : _known.Value.Find(stage) ?? Read(stage);
            looked = (code, [.. code.Facts, .. code.Libraries.Select(Hashed)]);
            _spent += clock.Elapsed;
            return _facts[stage] = looked;
        }
    }

    StageCode Read(Type stage)
    {
        if (!ReadInThisProcess.TryGetValue(stage, out var code)) ReadInThisProcess[stage] = code = StageCode.Read(stage, Program);
        _known.Value.Add(stage, code);
        return code;
    }

    /// <summary>Drops the listings written longest ago that are not of this run's stages. They serve explanations only, of code that was replaced.</summary>
    void Sweep()
    {
        var current = _facts.Values.SelectMany(looked => looked.Facts).Select(fact => fact.Value).ToHashSet(StringComparer.Ordinal);
        var kept = new DirectoryInfo(folder).GetFiles().Where(file => file.Name.Length == 2 * ContentHash.Size && !current.Contains(file.Name));
        foreach (var old in kept.OrderByDescending(file => file.LastWriteTimeUtc).Skip(MostKept)) old.Delete();
    }

    Fact Hashed(UsedLibrary library) =>
        new(FactKind.Code, "library " + library.Path, hashes.OfBytes(NativeTools.LibraryPath(library.Path, library.Variable))?.ToString() ?? "not there");

    CodeListing? Listing(string hash)
    {
        foreach (var (code, _) in _facts.Values)
            if (code.Listing is { } listing && listing.Hash.ToString() == hash) return listing;
        return hash.Length == 2 * ContentHash.Size ? CodeListing.TryRead(PathOf(hash)) : null;
    }

    string PathOf(string hash) => Path.Combine(folder, hash);
}
