using System.Text;
using Kiln.Fingerprinting;

namespace Kiln.Caching;

/// <summary>Results by fingerprint: one small file each, whole or absent. Its first line is the hash of the rest: a damaged one is as good as absent.</summary>
sealed class ResultStore(CacheFolder folder, CacheFolder? alsoRead)
{
    const string Kind = "results";
    const int Heading = 2 * ContentHash.Size + 1;

    /// <summary>The result of a fingerprint, or null.</summary>
    public StageResult? Find(ContentHash fingerprint) => Read(folder, fingerprint) ?? (alsoRead is null ? null : Read(alsoRead, fingerprint));

    public void Keep(StageResult result)
    {
        var bytes = result.ToBytes();
        var file = folder.NewArrival();
        try
        {
            File.WriteAllBytes(file, [.. HeadingOf(bytes), .. bytes]);
            folder.Place(file, folder.PathOf(Kind, result.Manifest.Fingerprint));
        }
        catch
        {
            File.Delete(file);
            throw;
        }
    }

    static StageResult? Read(CacheFolder folder, ContentHash fingerprint)
    {
        var path = folder.PathOf(Kind, fingerprint);
        if (!File.Exists(path)) return null;
        byte[] bytes;
        try
        {
            bytes = File.ReadAllBytes(path);
        }
        catch (IOException)
        {
            return null; // gone meanwhile, or on a bad sector
        }

        if (bytes.Length < Heading || !bytes.AsSpan(0, Heading).SequenceEqual(HeadingOf(bytes.AsSpan(Heading)))) return null;
        var result = StageResult.TryParse(bytes.AsMemory(Heading));
        return result?.Manifest.Fingerprint == fingerprint ? result : null;
    }

    static byte[] HeadingOf(ReadOnlySpan<byte> bytes) => Encoding.ASCII.GetBytes(ContentHash.Of(bytes) + "\n");
}
