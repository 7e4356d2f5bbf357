using Kiln.Fingerprinting;

namespace Kiln.Caching;

/// <summary>What the stages of a workspace have made and is still kept: in its own folder, or in a cache that several share.</summary>
public sealed class KeptResults
{
    readonly Cache _cache;

    internal KeptResults(Cache cache) => _cache = cache;

    /// <summary>Where bytes of this hash are kept, or null. They may be damaged: who reads them compares.</summary>
    public string? Find(ContentHash hash) => _cache.Objects.Find(hash);

    /// <summary>Copies what is kept under a hash: a file, or a folder with all in it.</summary>
    /// <param name="hash">The hash of the file's bytes, or of the folder's tree.</param>
    /// <param name="path">A place where nothing is yet.</param>
    /// <returns>Whether all of it is kept, undamaged; where not, nothing is written.</returns>
    public bool TryCopy(ContentHash hash, string path)
    {
        try
        {
            if (Find(hash) is not { } stored) return false;
            if (TreeAt(stored) is not { } tree)
            {
                _cache.Objects.CopyOut(hash, path, verify: true);
                return true;
            }

            Directory.CreateDirectory(path);
            foreach (var entry in tree.Entries)
                if (entry.Kind == FileKind.Folder) Directory.CreateDirectory(Path.Combine(path, entry.Path));
                else if (entry.Kind.IsFile()) _cache.Objects.CopyOut(entry.Hash, Path.Combine(path, entry.Path), verify: true);
            return true;
        }
        catch (DamagedObjectException)
        {
            if (Directory.Exists(path)) Directory.Delete(path, recursive: true);
            return false;
        }
    }

    /// <summary>Gives what a stage made to another workspace, so that a stage of the same fingerprint is restored there and does not run.</summary>
    /// <param name="fingerprint">The hash of everything the stage was made from.</param>
    /// <param name="workspace">The other workspace's folder.</param>
    /// <returns>Whether all of it is still kept here.</returns>
    public bool TryLend(ContentHash fingerprint, string workspace)
    {
        if (_cache.Results.Find(fingerprint) is not { } result) return false;
        var own = Path.Combine(workspace, ".kiln");
        Directory.CreateDirectory(own);
        var other = Cache.Of(own);
        try
        {
            foreach (var output in result.Outputs)
            {
                Give(output.Bytes);
                if (!output.IsFolder) continue;
                foreach (var entry in FolderTree.Parse(_cache.Objects.Read(output.Bytes)).Entries)
                    if (entry.Kind.IsFile()) Give(entry.Hash);
            }

            other.Results.Keep(result);
            return true;
        }
        catch (DamagedObjectException)
        {
            return false;
        }

        void Give(ContentHash hash)
        {
            var copy = Path.Combine(own, $"lent-{Guid.NewGuid():N}");
            _cache.Objects.CopyOut(hash, copy, verify: true);
            other.Objects.Take(copy, hash);
        }
    }

    internal StageResult? Result(ContentHash fingerprint) => _cache.Results.Find(fingerprint);

    static FolderTree? TreeAt(string stored)
    {
        using var file = File.OpenRead(stored);
        Span<byte> beginning = stackalloc byte[12];
        if (file.ReadAtLeast(beginning, beginning.Length, throwOnEndOfStream: false) < beginning.Length || !beginning.SequenceEqual("kiln tree 1\n"u8)) return null;
        return FolderTree.Parse(File.ReadAllBytes(stored));
    }
}
