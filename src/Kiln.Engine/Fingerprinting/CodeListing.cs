using System.Collections.Immutable;
using System.Text;
using Kiln.Fingerprinting.CodeReading;

namespace Kiln.Fingerprinting;

/// <summary>
/// The parts a stage's code consists of, each with the hash of its content. The hash of the list is what a manifest holds; the list itself
/// is kept under it, so that an explanation can name what changed.
/// </summary>
sealed class CodeListing
{
    const string Format = "kiln code 1";

    readonly byte[] _bytes;

    public CodeListing(IEnumerable<KeyValuePair<string, ContentHash>> parts)
    {
        Parts = parts.ToImmutableSortedDictionary(StringComparer.Ordinal);
        var text = new StringBuilder(Format).Append('\n');
        foreach (var (name, hash) in Parts) text.Append(hash).Append(' ').Append(name.Replace("\n", "\\n", StringComparison.Ordinal)).Append('\n');
        _bytes = Encoding.UTF8.GetBytes(text.ToString());
        Hash = ContentHash.Of(_bytes);
    }

    public ImmutableSortedDictionary<string, ContentHash> Parts { get; }

    public ContentHash Hash { get; }

    public ReadOnlySpan<byte> Bytes => _bytes;

    /// <summary>A listing as it was kept; null where it is missing or damaged.</summary>
    public static CodeListing? TryRead(string path)
    {
        if (!File.Exists(path)) return null;
        try
        {
            var lines = File.ReadAllLines(path);
            if (lines.Length == 0 || lines[0] != Format) return null;
            var listing = new CodeListing(lines.Skip(1).Select(line => KeyValuePair.Create(line[(2 * ContentHash.Size + 1)..], ContentHash.Parse(line[..(2 * ContentHash.Size)]))));
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
        var changed = Parts.Where(part => earlier.Parts.TryGetValue(part.Key, out var before) && before != part.Value).Select(part => part.Key);
        var added = Parts.Keys.Where(name => !earlier.Parts.ContainsKey(name));
        var removed = earlier.Parts.Keys.Where(name => !Parts.ContainsKey(name));
        return [.. Phrases(changed, "changed"), .. Phrases(added, "added"), .. Phrases(removed, "removed")];
    }

    static IEnumerable<string> Phrases(IEnumerable<string> names, string what) =>
        names.Select(Symbol.Readable).Distinct().Order(StringComparer.Ordinal).Select(name => $"{name} {what}");
}
