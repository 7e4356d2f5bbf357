using System.Collections.Concurrent;

namespace Kiln.Running;

/// <summary>Finds programs on a PATH. What was found once stays found while the process lives: thousands of stages may start one program.</summary>
static class Programs
{
    static readonly ConcurrentDictionary<string, string> Found = new(StringComparer.Ordinal);
    static readonly ConcurrentDictionary<string, string> Targets = new(StringComparer.Ordinal);

    /// <summary>The first file of that name that may be executed; where there is none, a place where it could be, so that its absence is noticed.</summary>
    public static string Find(string name, string path)
    {
        var known = Found.TryGetValue(name + "\n" + path, out var file) ? file : null;
        if (known is null || !Surroundings.HasSeen(known))
            Found[name + "\n" + path] = known = path.Split(':', StringSplitOptions.RemoveEmptyEntries).Where(Path.IsPathRooted).Select(folder => Path.Combine(folder, name)).FirstOrDefault(IsProgram)
                ?? "/usr/bin/" + name;
        return known;
    }

    /// <summary>The file behind the links that lead to a program.</summary>
    public static string Target(string path)
    {
        if (Path.IsPathRooted(path)) Surroundings.Look(path);
        return Targets.GetOrAdd(path, static path => Path.IsPathRooted(path) && File.Exists(path) ? File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path : path);
    }

    /// <summary>Also one that may not be executed is taken note of: it may be tomorrow.</summary>
    static bool IsProgram(string file)
    {
        Surroundings.Look(file);
        return File.Exists(file) && (File.GetUnixFileMode(file) & (UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute)) != 0;
    }
}
