using Kiln.Fingerprinting;

namespace Kiln.Caching;

/// <summary>Results by fingerprint: one small file each, whole or absent.</summary>
sealed class ResultStore(string root)
{
    /// <summary>The result of a fingerprint, or null. A file whose manifest does not have that fingerprint is as good as absent.</summary>
    public StageResult? Find(ContentHash fingerprint)
    {
        var path = PathOf(fingerprint);
        if (!File.Exists(path)) return null;
        var result = StageResult.TryParse(File.ReadAllBytes(path));
        return result?.Manifest.Fingerprint == fingerprint ? result : null;
    }

    public void Keep(StageResult result)
    {
        AtomicFile.Write(PathOf(result.Manifest.Fingerprint), result.ToBytes());
    }

    string PathOf(ContentHash fingerprint)
    {
        var name = fingerprint.ToString();
        return Path.Combine(root, name[..2], name[2..] + ".json");
    }
}
