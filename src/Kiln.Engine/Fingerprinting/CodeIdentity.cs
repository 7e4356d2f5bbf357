using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Reflection;

namespace Kiln.Fingerprinting;

/// <summary>
/// The code a stage can reach, as facts: the module identities of its assembly and of every assembly that one refers to beside the program.
/// Builds are deterministic, so the same sources give the same identities. The engine itself is left out: it moves bytes, and makes none.
/// </summary>
static class CodeIdentity
{
    static readonly ConcurrentDictionary<Type, ImmutableArray<Fact>> Known = new();

    public static ImmutableArray<Fact> Of(Type stage) => Known.GetOrAdd(stage, static stage =>
    {
        var reached = new SortedDictionary<string, Assembly>(StringComparer.Ordinal);
        Reach(stage, reached);
        return [.. reached.Select(entry => new Fact(FactKind.Code, entry.Key, entry.Value.ManifestModule.ModuleVersionId.ToString("N")))];
    });

    /// <summary>A generic stage's code is that of its arguments too, and a derived one's that of its bases.</summary>
    static void Reach(Type type, SortedDictionary<string, Assembly> reached)
    {
        Reach(type.Assembly, reached);
        foreach (var argument in type.GenericTypeArguments) Reach(argument, reached);
        if (type.BaseType is { } parent) Reach(parent, reached);
    }

    static void Reach(Assembly assembly, SortedDictionary<string, Assembly> reached)
    {
        if (assembly == typeof(CodeIdentity).Assembly || !IsBesideTheProgram(assembly.GetName()) || !reached.TryAdd(assembly.GetName().Name!, assembly)) return;
        foreach (var name in assembly.GetReferencedAssemblies())
            if (IsBesideTheProgram(name)) Reach(Assembly.Load(name), reached);
    }

    static bool IsBesideTheProgram(AssemblyName name) => File.Exists(Path.Combine(AppContext.BaseDirectory, name.Name + ".dll"));
}
