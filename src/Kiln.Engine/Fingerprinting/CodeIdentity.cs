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
    static readonly ConcurrentDictionary<Assembly, ImmutableArray<Fact>> Known = new();

    public static ImmutableArray<Fact> Of(Type stage) => Known.GetOrAdd(stage.Assembly, static assembly =>
    {
        var reached = new SortedDictionary<string, Assembly>(StringComparer.Ordinal);
        Reach(assembly, reached);
        return [.. reached.Select(entry => new Fact(FactKind.Code, entry.Key, entry.Value.ManifestModule.ModuleVersionId.ToString("N")))];
    });

    static void Reach(Assembly assembly, SortedDictionary<string, Assembly> reached)
    {
        if (assembly == typeof(CodeIdentity).Assembly || !reached.TryAdd(assembly.GetName().Name!, assembly)) return;
        foreach (var name in assembly.GetReferencedAssemblies())
            if (File.Exists(Path.Combine(AppContext.BaseDirectory, name.Name + ".dll")))
                Reach(Assembly.Load(name), reached);
    }
}
