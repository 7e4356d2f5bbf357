using System.Collections.Concurrent;
using Kiln.Fingerprinting;

namespace Kiln;

/// <summary>
/// What a declaration may ask of the machine it runs on, beside the files that stages declare: environment variables, and what is there. The
/// questions are remembered, so that a later start can tell whether the answers would be the same without declaring anything. A value that changes what a stage
/// makes belongs among its facts all the same.
/// </summary>
public static class Surroundings
{
    static readonly Questions OfProcess = new();
    static readonly AsyncLocal<Questions?> OfRun = new();

    /// <summary>The variables asked for, each with its value then.</summary>
    internal static IReadOnlyDictionary<string, string?> Variables => Now.Variables;

    /// <summary>The files and folders asked for.</summary>
    internal static IEnumerable<Witness> Files => Now.Files.Values;

    static Questions Now => OfRun.Value ?? OfProcess;

    /// <summary>An environment variable's value, or null.</summary>
    public static string? Variable(string name) => Now.Variables[name] = Environment.GetEnvironmentVariable(name);

    /// <summary>Whether there is a file or folder, behind links if need be; a relative path is meant from the current folder.</summary>
    public static bool Exists(string path)
    {
        var full = Path.GetFullPath(path);
        var stamp = FileStamp.OfTarget(full);
        Now.Files.TryAdd(full, new Witness(full, stamp, WitnessOf.Presence));
        return stamp is not null;
    }

    /// <summary>Whether that was asked for already.</summary>
    internal static bool HasSeen(string path) => Now.Files.ContainsKey(path);

    /// <summary>Takes note, once, of where a path leads.</summary>
    internal static void Look(string path)
    {
        if (Now.Files.TryGetValue(path, out var known) && known.Of == WitnessOf.Target) return;
        Now.Files[path] = new Witness(path, FileStamp.OfTarget(path), WitnessOf.Target);
    }

    /// <summary>Forgets the questions, for what this flow of control asks from now on: a process that runs several hosts keeps them apart.</summary>
    internal static void Forget() => OfRun.Value = new Questions();

    sealed class Questions
    {
        public ConcurrentDictionary<string, string?> Variables { get; } = new(StringComparer.Ordinal);

        public ConcurrentDictionary<string, Witness> Files { get; } = new(StringComparer.Ordinal);
    }
}
