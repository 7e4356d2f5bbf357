using System.Collections.Immutable;
using System.Text.Json;

namespace Kiln.Fingerprinting.CodeReading;

/// <summary>A package: its name, its version, and the hash of what was restored.</summary>
sealed record Package(string Name, string Version, string Hash)
{
    public string Identity => Hash.Length == 0 ? Version : $"{Version} {Hash}";
}

/// <summary>A file that the program's code was read from, with its stamp before it was read and what tells its content from another.</summary>
readonly record struct ProgramFile(string Name, FileStamp Stamp, Guid Identity);

/// <summary>What <c>*.deps.json</c> beside a program says of its assemblies: which package each came in, and what that needs.</summary>
sealed class ProgramParts
{
    readonly Dictionary<string, string> _packageOfAssembly = new(StringComparer.Ordinal);
    readonly Dictionary<string, Package> _packages = new(StringComparer.Ordinal);
    readonly Dictionary<string, List<string>> _needs = new(StringComparer.Ordinal);

    readonly List<ProgramFile> _files = [];

    /// <summary>The files this was read from.</summary>
    public IReadOnlyList<ProgramFile> Files => _files;

    public static ProgramParts In(string folder)
    {
        var parts = new ProgramParts();
        foreach (var path in Directory.EnumerateFiles(folder, "*.deps.json").Order(StringComparer.Ordinal))
        {
            var stamp = FileStamp.Of(path) ?? default;
            var bytes = File.ReadAllBytes(path);
            parts._files.Add(new ProgramFile(Path.GetFileName(path), stamp, Identity(bytes)));
            using var document = JsonDocument.Parse(bytes);
            parts.Add(document.RootElement);
        }

        return parts;
    }

    /// <summary>What stands for a description's content, as a module's identity does for its.</summary>
    public static Guid Identity(ReadOnlySpan<byte> bytes)
    {
        Span<byte> hash = stackalloc byte[ContentHash.Size];
        ContentHash.Of(bytes).CopyTo(hash);
        return new Guid(hash[..16]);
    }

    public bool IsPackaged(string assembly) => _packageOfAssembly.ContainsKey(assembly);

    public ImmutableArray<Package> PackagesOf(string assembly)
    {
        if (!_packageOfAssembly.TryGetValue(assembly, out var first)) return [];
        var reached = new SortedDictionary<string, Package>(StringComparer.Ordinal);
        var open = new Stack<string>([first]);
        while (open.TryPop(out var name))
            if (_packages.TryGetValue(name, out var package) && reached.TryAdd(name, package))
                foreach (var need in _needs.GetValueOrDefault(name) ?? []) open.Push(need);
        return [.. reached.Values];
    }

    void Add(JsonElement root)
    {
        var libraries = root.GetProperty("libraries");
        foreach (var library in libraries.EnumerateObject())
        {
            if (library.Value.GetProperty("type").GetString() == "project") continue;
            var (name, version) = Split(library.Name);
            var hash = library.Value.TryGetProperty("sha512", out var sha512) ? sha512.GetString()! : "";
            _packages[name] = new Package(name, version, hash);
        }

        foreach (var target in root.GetProperty("targets").EnumerateObject())
            foreach (var entry in target.Value.EnumerateObject())
            {
                var (name, _) = Split(entry.Name);
                if (!_packages.ContainsKey(name)) continue;
                if (entry.Value.TryGetProperty("dependencies", out var needs)) _needs[name] = [.. needs.EnumerateObject().Select(need => need.Name)];
                if (!entry.Value.TryGetProperty("runtime", out var files)) continue;
                foreach (var file in files.EnumerateObject()) _packageOfAssembly[Path.GetFileNameWithoutExtension(file.Name)] = name;
            }
    }

    static (string Name, string Version) Split(string library) => library.IndexOf('/') is var slash and > 0 ? (library[..slash], library[(slash + 1)..]) : (library, "");
}
