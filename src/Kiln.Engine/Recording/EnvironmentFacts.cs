using System.Collections.Immutable;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Kiln.Caching;
using Kiln.Fingerprinting;

namespace Kiln.Recording;

/// <summary>Reads what a result's maker may need to know of the machine: versions and hardware, from files, in a few milliseconds.</summary>
static class EnvironmentFacts
{
    const string Shim = "torch/libkiln_torch.so", DuckDb = "node_modules/@duckdb/node-bindings-linux-x64/package.json", GpuDriver = "/proc/driver/nvidia/version";

    public static ImmutableSortedDictionary<string, string> Read()
    {
        var facts = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        facts["dotnet"] = RuntimeInformation.FrameworkDescription;
        facts["sdk"] = Assembly.GetEntryAssembly()?.GetCustomAttributes<AssemblyMetadataAttribute>().FirstOrDefault(fact => fact.Key == "SdkVersion")?.Value ?? "unknown";
        facts["os"] = OsName();
        facts["kernel"] = Environment.OSVersion.Version.ToString();
        facts["architecture"] = RuntimeInformation.OSArchitecture.ToString();
        facts["cpu"] = FirstValue("/proc/cpuinfo", "model name") ?? "unknown";
        facts["cores"] = Environment.ProcessorCount.ToString();
        facts["memory"] = FirstValue("/proc/meminfo", "MemTotal") ?? "unknown";
        facts["gpu driver"] = FirstLine(GpuDriver) ?? "none";
        for (var i = 0; FirstValue($"/proc/driver/nvidia/gpus/{i}/information", "Model") is { } model; i++) facts[$"gpu {i}"] = model;
        if (NativeTools.Find(Shim) is { } shim && File.ResolveLinkTarget(shim, returnFinalTarget: false) is { } kept)
            facts["libtorch"] = $"{kept.FullName.Split('/')[^2]} (version and the shim's key)";
        if (NativeTools.Find(DuckDb) is { } duckDb) facts["duckdb"] = Version(duckDb);
        foreach (var (package, version) in Packages()) facts["package " + package] = version;
        return facts.ToImmutable();
    }

    /// <summary>The same, as an earlier process of this program read them since the machine was started: most of it takes as long as a small stage.</summary>
    /// <param name="file">Where they are kept.</param>
    public static ImmutableSortedDictionary<string, string> Known(string file)
    {
        var key = Key();
        try
        {
            if (File.Exists(file) && File.ReadAllLines(file) is [var kept, .. var lines] && kept == key && Parse(lines) is { } known) return known;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // They are read anew.
        }

        var facts = Read();
        try
        {
            if (!facts.Any(fact => fact.Value.Contains('\n'))) AtomicFile.Write(file, Encoding.UTF8.GetBytes(string.Concat(facts.Select(fact => $"{fact.Key}\t{fact.Value}\n").Prepend(key + "\n").Append("end\t\n"))));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // They are read anew next time.
        }

        return facts;
    }

    /// <summary>What the facts follow from, so far as it changes while a machine is up.</summary>
    static string Key()
    {
        var parts = new List<string> { WorkspaceState.Boot().Trim(), AppContext.BaseDirectory, Environment.Version.ToString(), Environment.ProcessorCount.ToString(), FirstLine(GpuDriver) ?? "" };
        foreach (var tool in (string[])[Shim, DuckDb])
            parts.Add(NativeTools.Find(tool) is { } path && FileStamp.Of(path) is { } stamp ? $"{stamp.Inode} {stamp.Changed}" : "none");
        return string.Join('\t', parts);
    }

    static ImmutableSortedDictionary<string, string>? Parse(string[] lines)
    {
        if (lines is not [.., "end\t"]) return null;
        var facts = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        for (var i = 0; i < lines.Length - 1; i++)
        {
            if (lines[i].IndexOf('\t') is not (> 0 and var tab)) return null;
            facts[lines[i][..tab]] = lines[i][(tab + 1)..];
        }

        return facts.ToImmutable();
    }

    /// <summary>The most memory this process has held so far, in bytes.</summary>
    public static long PeakMemory() =>
        FirstValue("/proc/self/status", "VmHWM") is { } peak && long.TryParse(peak.Split(' ')[0], out var kibibytes) ? kibibytes * 1024 : 0;

    /// <summary>The packages the program was built with, from its own list.</summary>
    static IEnumerable<(string Package, string Version)> Packages()
    {
        if (AppContext.GetData("APP_CONTEXT_DEPS_FILES") is not string list) yield break;
        foreach (var file in list.Split(';').Where(file => Path.GetDirectoryName(file) + "/" == AppContext.BaseDirectory && File.Exists(file)))
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(file));
            foreach (var library in document.RootElement.GetProperty("libraries").EnumerateObject())
                if (library.Value.GetProperty("type").ValueEquals("package") && library.Name.Split('/') is [var name, var version])
                    yield return (name, version);
        }
    }

    static string Version(string packageJson)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(packageJson));
        return document.RootElement.GetProperty("version").GetString() ?? "unknown";
    }

    static string OsName() => FirstValue("/etc/os-release", "PRETTY_NAME", '=')?.Trim('"') ?? RuntimeInformation.OSDescription;

    static string? FirstValue(string file, string key, char separator = ':')
    {
        if (!File.Exists(file)) return null;
        foreach (var line in File.ReadLines(file))
            if (line.StartsWith(key, StringComparison.Ordinal) && line.IndexOf(separator) is > 0 and var at) return line[(at + 1)..].Trim();
        return null;
    }

    static string? FirstLine(string file) => File.Exists(file) ? File.ReadLines(file).FirstOrDefault() : null;
}
