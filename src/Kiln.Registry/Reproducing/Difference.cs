using System.Globalization;
using Kiln.Fingerprinting;
using Kiln.Torch;

namespace Kiln.Registry;

/// <summary>Where a file or folder differs from what it was.</summary>
/// <param name="IsNear">Whether all that differs are weights, by no more than the tolerance.</param>
/// <param name="Where">The first place that differs.</param>
sealed record Difference(bool IsNear, string Where)
{
    /// <summary>Of a text the lines there; null for anything else.</summary>
    public LinesApart? Lines { get; init; }

    const string Weights = ".safetensors", Manifest = "manifest.json";

    /// <summary>Compares files, or folders file by file: weights first, for other files of a model tell their hashes.</summary>
    /// <param name="was">What was made then; null where it is no longer kept.</param>
    /// <param name="now">What was made again.</param>
    /// <param name="tolerance">How far weights may be apart; 0: not at all.</param>
    public static Difference Of(string? was, string now, double tolerance)
    {
        if (was is null) return new(false, "another hash; what it was is no longer kept");
        if (!Directory.Exists(was)) return OfFile(was, now, tolerance) ?? new(false, "executable, or no longer so");
        var first = (Difference?)null;
        foreach (var name in Files(was).Union(Files(now)).OrderBy(name => !name.EndsWith(Weights, StringComparison.Ordinal)).ThenBy(name => name, StringComparer.Ordinal))
        {
            var (one, other) = (Path.Combine(was, name), Path.Combine(now, name));
            if (!File.Exists(one) || !File.Exists(other)) return new(false, $"{name} is only in one");
            if (OfFile(one, other, tolerance) is not { } difference || (tolerance > 0 && Path.GetFileName(name) == Manifest)) continue;
            if (first is null || !difference.IsNear) first = difference with { Where = $"{name}: {difference.Where}" };
            if (!difference.IsNear) break;
        }
        return first ?? new(false, "files' rights, or links");
    }

    /// <summary>Null where the bytes are the same.</summary>
    static Difference? OfFile(string was, string now, double tolerance)
    {
        if (FirstByteApart(was, now) is not { } at) return null;
        if (was.EndsWith(Weights, StringComparison.Ordinal) || now.EndsWith(Weights, StringComparison.Ordinal))
            try
            {
                if (TensorDifference.First(was, now, tolerance) is { } tensor) return new(false, tensor.ToString());
                if (tolerance > 0) return new(true, string.Create(CultureInfo.InvariantCulture, $"weights within {tolerance:R}"));
            }
            catch (TorchException)
            {
                // It is told by its bytes.
            }
        return new(false, string.Create(CultureInfo.InvariantCulture, $"byte {at:#,0}")) { Lines = LinesApart.Of(was, now, at) };
    }

    static IEnumerable<string> Files(string folder) => Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(folder, file));

    static long? FirstByteApart(string one, string other)
    {
        using var left = File.OpenRead(one);
        using var right = File.OpenRead(other);
        var (ours, theirs) = (new byte[1 << 16], new byte[1 << 16]);
        for (var done = 0L; ;)
        {
            var (count, further) = (left.ReadAtLeast(ours, ours.Length, throwOnEndOfStream: false), right.ReadAtLeast(theirs, theirs.Length, throwOnEndOfStream: false));
            var same = ours.AsSpan(0, count).CommonPrefixLength(theirs.AsSpan(0, further));
            if (same < Math.Max(count, further)) return done + same;
            if (count == 0) return null;
            done += same;
        }
    }
}
