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

    /// <summary>The results of a stage, newest first, among so many of the newest results of any.</summary>
    public IEnumerable<StageResult> Of(string stage, int limit = 20_000)
    {
        var named = System.Text.Json.JsonEncodedText.Encode(stage).EncodedUtf8Bytes.ToArray();
        var files = folder.Files(Kind).Concat(alsoRead?.Files(Kind) ?? []).DistinctBy(file => file.Directory!.Name + file.Name);
        foreach (var file in files.OrderByDescending(file => file.LastWriteTimeUtc).Take(limit))
        {
            // Most are other stages': the name near the beginning tells, before anything is parsed.
            if (!NamesStage(file.FullName, named) || !ContentHash.TryParse(file.Directory!.Name + file.Name, out var fingerprint)) continue;
            if (Find(fingerprint) is { } result && result.Stage == stage) yield return result;
        }
    }

    static bool NamesStage(string path, ReadOnlySpan<byte> quotedName)
    {
        Span<byte> beginning = stackalloc byte[1024];
        try
        {
            using var file = File.OpenHandle(path);
            return RandomAccess.Read(file, beginning, 0) is var length && (quotedName.Length > 512 || beginning[..length].IndexOf(quotedName) >= 0);
        }
        catch (IOException)
        {
            return false; // gone meanwhile, or on a bad sector
        }
    }

    static byte[] HeadingOf(ReadOnlySpan<byte> bytes) => Encoding.ASCII.GetBytes(ContentHash.Of(bytes) + "\n");
}
