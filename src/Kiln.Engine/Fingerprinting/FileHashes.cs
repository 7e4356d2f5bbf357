using System.Collections.Concurrent;

namespace Kiln.Fingerprinting;

/// <summary>A file's hash, and the stamp it had when the hash was taken.</summary>
readonly record struct StampedHash(FileStamp Stamp, ContentHash Hash);

/// <summary>
/// Answers what a file's or folder's content hash is, reading bytes only where the stamp does not vouch for them.
/// Safe to use from several threads.
/// </summary>
sealed class FileHashes
{
    readonly ConcurrentDictionary<string, StampedHash> _known;
    long _filesRead;

    public FileHashes(IEnumerable<KeyValuePair<string, StampedHash>> known) => _known = new(known);

    /// <summary>How many files were read to be hashed: none when nothing changed.</summary>
    public long FilesRead => Interlocked.Read(ref _filesRead);

    /// <summary>Whether anything was learned that is worth keeping.</summary>
    public bool Changed { get; private set; }

    /// <summary>The content hash of a file or folder, following links; null where there is nothing.</summary>
    public ContentHash? Of(string path)
    {
        if (FileStamp.Of(path) is not { } stamp) return null;
        if (stamp.Kind == FileKind.Link)
        {
            var target = File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName;
            return target is null ? null : Of(target);
        }

        return stamp.Kind switch
        {
            FileKind.Folder => Tree(path, followLinks: true).Hash,
            FileKind.File => OfFile(path, stamp),
            _ => throw Errors.NotAFile(path),
        };
    }

    /// <summary>The Merkle tree of a folder as it stands, links as links.</summary>
    public FolderTree Tree(string folder) => Tree(folder, followLinks: false);

    FolderTree Tree(string folder, bool followLinks) => FolderTree.Of(folder, file =>
    {
        var stamp = FileStamp.Of(file) ?? throw Errors.ChangedWhileRead(file);
        return stamp.Kind == FileKind.File ? OfFile(file, stamp) : throw Errors.NotAFile(file);
    }, followLinks);

    /// <summary>Notes the hash of a file that Kiln has just written itself.</summary>
    public void Note(string path, ContentHash hash)
    {
        if (FileStamp.Of(path) is not { } stamp) return;
        _known[path] = new StampedHash(stamp, hash);
        Changed = true;
    }

    /// <summary>
    /// What may be kept for the next run. Files whose stamps are too young to vouch for anything are waited out and read again.
    /// </summary>
    public IReadOnlyCollection<KeyValuePair<string, StampedHash>> Settled()
    {
        var now = FileStamp.Now();
        if (_known.Values.Any(entry => entry.Stamp.IsRacyAt(now))) Thread.Sleep(TimeSpan.FromMilliseconds(FileStamp.Racy / 1e6));
        var settled = new List<KeyValuePair<string, StampedHash>>(_known.Count);
        foreach (var (path, entry) in _known)
            if (!entry.Stamp.IsRacyAt(now) || (FileStamp.Of(path) == entry.Stamp && Read(path) == entry.Hash))
                settled.Add(new(path, entry));
        return settled;
    }

    ContentHash OfFile(string path, FileStamp stamp)
    {
        if (_known.TryGetValue(path, out var known) && known.Stamp == stamp) return known.Hash;
        for (var attempt = 0; attempt < 3; attempt++)
        {
            var youngest = FileStamp.Now();
            var hash = Read(path);
            Interlocked.Increment(ref _filesRead);
            var after = FileStamp.Of(path);
            if (after == stamp)
            {
                // A stamp younger than the clock's tick may hide a change made while reading: use the hash, keep nothing.
                if (!stamp.IsRacyAt(youngest)) _known[path] = new StampedHash(stamp, hash);
                else _known.TryRemove(path, out _);
                Changed = true;
                return hash;
            }

            if (after is null) break;
            stamp = after.Value;
        }

        throw Errors.ChangedWhileRead(path);
    }

    static ContentHash Read(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1 << 16, FileOptions.SequentialScan);
        return ContentHash.Of(stream);
    }
}
