using System.Globalization;

namespace Kiln.Running;

/// <summary>How much memory this process may still take: what the kernel says is available, and what its control groups leave it.</summary>
static class MachineMemory
{
    /// <param name="root">The folder that holds the kernel's <c>proc</c> and <c>sys</c>.</param>
    public static long AvailableMiB(string root = "")
    {
        var available = long.MaxValue;
        foreach (var line in File.ReadLines(root + "/proc/meminfo"))
            if (line.StartsWith("MemAvailable:", StringComparison.Ordinal))
                available = long.Parse(line.AsSpan("MemAvailable:".Length).Trim().ToString().Split(' ')[0], CultureInfo.InvariantCulture) * 1024;
        return Math.Min(available, LeftByGroups(root)) >> 20;
    }

    /// <summary>The tightest of the limits from this process's group up to the root; file caches, which the kernel gives back, count as free.</summary>
    static long LeftByGroups(string root)
    {
        var groups = root + "/proc/self/cgroup";
        var own = File.Exists(groups) ? File.ReadLines(groups).FirstOrDefault(line => line.StartsWith("0::", StringComparison.Ordinal)) : null;
        var left = long.MaxValue;
        for (var group = own?[3..]; group is not null; group = Path.GetDirectoryName(group))
        {
            var folder = root + "/sys/fs/cgroup" + group.TrimEnd('/');
            if (!long.TryParse(ReadOrEmpty(folder + "/memory.max"), CultureInfo.InvariantCulture, out var limit)) continue;
            if (!long.TryParse(ReadOrEmpty(folder + "/memory.current"), CultureInfo.InvariantCulture, out var used)) continue;
            left = Math.Min(left, limit - used + FileCache(folder));
        }

        return left;
    }

    static long FileCache(string folder) => ReadOrEmpty(folder + "/memory.stat").Split('\n')
        .Where(line => line.StartsWith("inactive_file ", StringComparison.Ordinal)).Select(line => long.Parse(line["inactive_file ".Length..], CultureInfo.InvariantCulture)).FirstOrDefault();

    static string ReadOrEmpty(string path) => File.Exists(path) ? File.ReadAllText(path).Trim() : "";
}
