using System.Collections.Immutable;
using System.Reflection.Metadata;

namespace Kiln.Fingerprinting.CodeReading;

/// <summary>
/// The assemblies in a program's folder: which are built from the solution's own projects, and which came in packages.
/// </summary>
sealed class Solution
{
    /// <summary>
    /// The engine is left out of the code it fingerprints: it moves bytes, and makes none. Where it does write some (<see cref="Json{T}"/>),
    /// the number in every manifest's first line stands for how.
    /// </summary>
    public const string Engine = "Kiln.Engine";

    readonly string _folder;
    readonly Solution? _beside;
    readonly ProgramParts _parts;
    readonly Dictionary<string, CodeModule?> _modules = new(StringComparer.Ordinal);

    /// <param name="folder">Where the assemblies are.</param>
    /// <param name="beside">The program's own, for assemblies that were loaded from elsewhere.</param>
    public Solution(string folder, Solution? beside = null)
    {
        (_folder, _beside) = (folder, beside);
        _parts = ProgramParts.In(folder);
    }

    /// <summary>The files read so far: what closures are made from.</summary>
    public IEnumerable<ProgramFile> Files => _modules.Values.OfType<CodeModule>()
        .Select(module => new ProgramFile(module.Name + ".dll", module.Stamp, module.Identity)).Concat(_parts.Files);

    /// <summary>An assembly of the solution; null for the engine, the framework's and packages'.</summary>
    public CodeModule? Module(string assembly)
    {
        if (assembly == Engine) return null;
        if (_modules.TryGetValue(assembly, out var known)) return known;
        var path = Path.Combine(_folder, assembly + ".dll");
        var module = !_parts.IsPackaged(assembly) && File.Exists(path) ? new CodeModule(this, assembly, path) : _beside?.Module(assembly);
        return _modules[assembly] = module;
    }

    /// <summary>The package an assembly came in, and those it needs in turn; none for the framework's own.</summary>
    public ImmutableArray<Package> Packages(string assembly)
    {
        var found = _parts.PackagesOf(assembly);
        return found.IsEmpty && _beside is not null ? _beside.Packages(assembly) : found;
    }

    /// <summary>A type by the name an attribute's blob holds: <c>Space.Outer+Inner, Assembly, Version=…</c>.</summary>
    public CodeType? Find(string qualified, CodeModule from)
    {
        var parts = qualified.Split(',', 3, StringSplitOptions.TrimEntries);
        var assembly = parts.Length > 1 ? parts[1] : from.Name;
        return (assembly == from.Name ? from : Module(assembly))?.Find($"[{assembly}]{parts[0]}");
    }
}
