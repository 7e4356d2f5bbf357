using Kiln.Caching;
using Kiln.Fingerprinting;

namespace Kiln.Registry;

/// <summary>Where the files of a version may still be found: in the workspace, as they were, or among what its stages' results are kept in.</summary>
/// <param name="workspace">The workspace's folder.</param>
/// <param name="kept">What is kept of results.</param>
sealed class DataPlace(string workspace, KeptResults kept)
{
    readonly Dictionary<string, ContentHash?> _hashes = new(StringComparer.Ordinal);

    /// <summary>A file whose bytes have a hash, or null.</summary>
    /// <param name="path">Where the version had it.</param>
    /// <param name="hash">The hash.</param>
    public string? Find(string path, ContentHash hash)
    {
        var present = Path.GetFullPath(path, workspace);
        if (HashAt(path) == hash) return present;
        return kept.Find(hash) is { } stored && ContentHash.OfPath(stored, bytesOnly: true) == hash ? stored : null;
    }

    /// <summary>The hash of what is at a path of the workspace now; null where there is nothing, or what cannot be read.</summary>
    public ContentHash? HashAt(string path)
    {
        if (_hashes.TryGetValue(path, out var known)) return known;
        var hash = Hash(Path.GetFullPath(path, workspace), Lineage.IsInstalled(path));
        _hashes.Add(path, hash);
        return hash;
    }

    static ContentHash? Hash(string path, bool isInstalled)
    {
        try
        {
            return ContentHash.OfPath(path, bytesOnly: isInstalled);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or KilnException)
        {
            return null;
        }
    }
}
