using System.Collections.Immutable;
using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using Kiln.Fingerprinting.CodeReading;

namespace Kiln.Fingerprinting;

/// <summary>What a stage's class comes to: facts that hold for as long as its program is not built anew, and what is to be looked at every time.</summary>
/// <param name="Facts">Its code's hash or the version it is pinned at, and the packages it reaches.</param>
/// <param name="Libraries">The native libraries it calls into.</param>
/// <param name="Unfollowed">Where it runs code that no reference leads to, a sentence each.</param>
sealed record StageCode(ImmutableArray<Fact> Facts, ImmutableArray<UsedLibrary> Libraries, ImmutableArray<string> Unfollowed)
{
    /// <summary>Of the engine's own stages: it moves bytes, and makes none.</summary>
    public static readonly StageCode None = new([], [], []);

    /// <summary>What <see cref="Facts"/> holds the hash of; null where it was read from what an earlier run kept.</summary>
    public CodeListing? Listing { get; init; }

    /// <summary>Reads the code of a stage's class.</summary>
    public static StageCode Read(Type stage, Program program)
    {
        var label = NameOf(stage);
        if (stage.GetCustomAttribute<CodeVersionAttribute>(inherit: false) is { } pinned) return None with { Facts = [new(FactKind.Code, label, "version " + pinned.Version)] };
        if (program.Find(stage) is not { } type) return None with { Facts = [new(FactKind.Code, label, stage.Module.ModuleVersionId.ToString("N"))] };

        var arguments = Arguments(stage).ToList();
        var closure = CodeClosure.Of(program.Units, type, [.. arguments.Select(program.Find).OfType<CodeType>()]);
        var foreign = closure.Assemblies.Concat(arguments.Where(argument => program.Find(argument) is null).Select(argument => argument.Assembly.GetName().Name!));
        var packages = foreign.Distinct().SelectMany(assembly => type.Module.Solution.Packages(assembly)).Distinct().OrderBy(package => package.Name, StringComparer.Ordinal);
        var listing = closure.Listing;
        return new StageCode(
            [new(FactKind.Code, label, listing.Hash.ToString()), .. packages.Select(package => new Fact(FactKind.Code, "package " + package.Name, package.Identity))],
            [.. closure.Libraries.OrderBy(library => library.Path, StringComparer.Ordinal)],
            [.. closure.Unfollowed])
        {
            Listing = listing,
        };
    }

    /// <summary>Reads what runs before any stage does; what it calls that may look outside is among <see cref="Unfollowed"/>.</summary>
    public static StageCode OfStart(IReadOnlyList<MethodBase> methods, IReadOnlyList<Type> stages, IReadOnlyList<Type> settings, Program program)
    {
        var foreign = methods.Select(method => method.DeclaringType!).Concat(stages).Concat(settings).Where(type => program.Find(type) is null).ToList();
        if (foreign.Count > 0) return None with { Unfollowed = [$"the code of {foreign[0]} is not at hand"] };
        var closure = CodeClosure.OfStart(program.Units,
            methods.Select(method => program.Find(method.DeclaringType!)!.Module.MethodAt((MethodDefinitionHandle)MetadataTokens.EntityHandle(method.MetadataToken))),
            stages.Concat(stages.SelectMany(Arguments)).Select(program.Find).OfType<CodeType>(), settings.Select(program.Find).OfType<CodeType>());
        return None with { Unfollowed = [.. closure.Outside.Select(call => $"what runs before the stages calls {call}"), .. closure.Unfollowed] };
    }

    static string NameOf(Type type) => type.Name.IndexOf('`') is var arity and > 0 ? type.Name[..arity] : type.Name;

    static IEnumerable<Type> Arguments(Type type) => type.GetGenericArguments().SelectMany(argument => Arguments(argument).Prepend(argument));
}

/// <summary>The running program's solution, read from the files its assemblies were loaded from.</summary>
sealed class Program
{
    readonly Dictionary<string, Solution> _solutions = new(StringComparer.Ordinal);

    public CodeUnits Units { get; } = new();

    /// <summary>The folder the program itself was started from.</summary>
    public static string Home { get; } = Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory);

    /// <summary>The files of that folder that were read.</summary>
    public IEnumerable<ProgramFile> Files => _solutions.TryGetValue(Home, out var own) ? own.Files : [];

    /// <summary>The type in the solution's files; null for what is not the solution's, or whose file is no longer what was loaded.</summary>
    public CodeType? Find(Type type)
    {
        if (type.Assembly.Location is not { Length: > 0 } path) return null;
        var module = In(Path.GetDirectoryName(path)!).Module(type.Assembly.GetName().Name!);
        return module?.Identity != type.Module.ModuleVersionId ? null
            : module.TypeAt((TypeDefinitionHandle)MetadataTokens.EntityHandle((type.IsGenericType ? type.GetGenericTypeDefinition() : type).MetadataToken));
    }

    Solution In(string folder) => _solutions.TryGetValue(folder, out var known) ? known : _solutions[folder] = new Solution(folder, folder == Home ? null : In(Home));
}
