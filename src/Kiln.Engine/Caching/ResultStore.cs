using System.Text;
using Kiln.Fingerprinting;

namespace Kiln.Caching;

/// <summary>Results by fingerprint: one small file each, whole or absent. Its first line is the hash of the rest: a damaged one is as good as absent.</summary>
sealed class ResultStore(string root)
{
    const int Heading = 2 * ContentHash.Size + 1;

    /// <summary>The result of a fingerprint, or null.</summary>
    public StageResult? Find(ContentHash fingerprint)
    {
        var path = PathOf(fingerprint);
        if (!File.Exists(path)) return null;
        var bytes = File.ReadAllBytes(path);
        if (bytes.Length < Heading || !bytes.AsSpan(0, Heading).SequenceEqual(HeadingOf(bytes.AsSpan(Heading)))) return null;
        var result = StageResult.TryParse(bytes.AsMemory(Heading));
        return result?.Manifest.Fingerprint == fingerprint ? result : null;
    }

    public void Keep(StageResult result)
    {
        var bytes = result.ToBytes();
        AtomicFile.Write(PathOf(result.Manifest.Fingerprint), [.. HeadingOf(bytes), .. bytes]);
    }

    static byte[] HeadingOf(ReadOnlySpan<byte> bytes) => Encoding.ASCII.GetBytes(ContentHash.Of(bytes) + "\n");

    string PathOf(ContentHash fingerprint)
    {
        var name = fingerprint.ToString();
        return Path.Combine(root, name[..2], name[2..]);
    }
}
