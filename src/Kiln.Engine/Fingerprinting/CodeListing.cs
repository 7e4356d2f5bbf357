using System.Security.Cryptography;
using System.Text;
using Kiln.Fingerprinting.CodeReading;

namespace Kiln.Fingerprinting;

/// <summary>One part of a stage's code by name, with the hash of its content. Stages share those they share.</summary>
sealed class CodePart(string name, ContentHash hash)
{
    public string Name => name;

    public ContentHash Hash => hash;

    /// <summary>The part as a line of a listing.</summary>
    public byte[] Line { get; } = Encoding.UTF8.GetBytes($"{hash} {(name.Contains('\n', StringComparison.Ordinal) ? name.Replace("\n", "\\n", StringComparison.Ordinal) : name)}\n");
}

/// <summary>
/// The parts a stage's code consists of. The hash of the list is what a manifest holds; the list itself is kept under it, so that an
/// explanation can name what changed.
/// </summary>
sealed class CodeListing
{
    const string Format = "kiln code 1";

    static readonly byte[] Heading = Encoding.UTF8.GetBytes(Format + "\n");

    /// <param name="parts">In any order; each name once.</param>
    public CodeListing(CodePart[] parts)
    {
        Array.Sort(parts, static (one, other) => string.CompareOrdinal(one.Name, other.Name));
        Parts = parts;
        // Line by line: as one array it is of a size that makes the collector go over the whole heap.
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Heading);
        foreach (var part in parts) hash.AppendData(part.Line);
        Hash = new ContentHash(hash.GetHashAndReset());
    }

    /// <summary>In the order of their names.</summary>
    public IReadOnlyList<CodePart> Parts { get; }

    public ContentHash Hash { get; }

    public byte[] ToBytes() => [.. Heading, .. Parts.SelectMany(part => part.Line)];

    /// <summary>A listing as it was kept; null where it is missing or damaged.</summary>
    public static CodeListing? TryRead(string path)
    {
        if (!File.Exists(path)) return null;
        try
        {
            var lines = File.ReadAllLines(path);
            if (lines.Length == 0 || lines[0] != Format) return null;
            var listing = new CodeListing([.. lines.Skip(1).Select(line => new CodePart(line[(2 * ContentHash.Size + 1)..], ContentHash.Parse(line[..(2 * ContentHash.Size)])))]);
            return listing.Hash.ToString() == Path.GetFileName(path) ? listing : null;
        }
        catch (Exception error) when (error is IOException or FormatException or ArgumentException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>What differs from an earlier list, each as a short phrase: what changed first, then what is new or gone.</summary>
    public IEnumerable<string> ChangesSince(CodeListing earlier)
    {
        var before = earlier.Parts.ToDictionary(part => part.Name, part => part.Hash, StringComparer.Ordinal);
        var changed = Parts.Where(part => before.TryGetValue(part.Name, out var hash) && hash != part.Hash).Select(part => part.Name);
        var added = Parts.Where(part => !before.ContainsKey(part.Name)).Select(part => part.Name);
        var removed = before.Keys.Except(Parts.Select(part => part.Name));
        return [.. Phrases(changed, "changed"), .. Phrases(added, "added"), .. Phrases(removed, "removed")];
    }

    static IEnumerable<string> Phrases(IEnumerable<string> names, string what) =>
        names.Select(Symbol.Readable).Distinct().Order(StringComparer.Ordinal).Select(name => $"{name} {what}");
}
