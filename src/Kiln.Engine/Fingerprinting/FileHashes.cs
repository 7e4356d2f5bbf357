using System.Buffers;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using Kiln.Planning;
using Microsoft.Win32.SafeHandles;

namespace Kiln.Fingerprinting;

/// <summary>The hash of a file's bytes, and the stamp it had when the hash was taken.</summary>
sealed record StampedHash(FileStamp Stamp, ContentHash Hash);

/// <summary>
/// Answers what a file's or folder's content hash is, reading bytes only where the stamp does not vouch for them.
/// Safe to use from several threads.
/// </summary>
sealed class FileHashes
{
    const int Piece = 1 << 17;

    /// <summary>A file of this size takes one core as long as starting up does.</summary>
    const long Large = 1 << 26;

    /// <summary>What earlier runs knew: never changed, so read without a lock.</summary>
    readonly Dictionary<string, StampedHash> _remembered;

    /// <summary>What this run learned, and what it found wrong (null): that goes before what is remembered.</summary>
    readonly ConcurrentDictionary<string, StampedHash?> _learned = new(StringComparer.Ordinal);
    readonly ConcurrentDictionary<string, long> _rewritten = new(StringComparer.Ordinal);

    /// <summary>How many bytes the files in a folder had when it was last read.</summary>
    readonly ConcurrentDictionary<string, long> _folderSizes = new(StringComparer.Ordinal);
    long _filesRead, _moment;

    public FileHashes(IEnumerable<KeyValuePair<string, StampedHash>> known) => _remembered = known as Dictionary<string, StampedHash> ?? new(known, StringComparer.Ordinal);

    /// <summary>How many files were read to be hashed: none when nothing changed.</summary>
    public long FilesRead => Interlocked.Read(ref _filesRead);

    /// <summary>Told of everything that is looked at, where somebody wants to know.</summary>
    public Witnesses? Witnesses { get; set; }

    /// <summary>Whether anything was learned that is worth keeping.</summary>
    public bool Changed { get; private set; }

    /// <summary>The hash of a file (its bytes, and whether it is executable) or folder, following links; null where there is nothing.</summary>
    public ContentHash? Of(string path) => OfBytes(path, out var kind) is not { } bytes ? null : kind == FileKind.Executable ? bytes.AsExecutable() : bytes;

    /// <summary>The hash of a file's bytes alone, or of a folder, following links; null where there is nothing.</summary>
    public ContentHash? OfBytes(string path) => OfBytes(path, out _);

    /// <summary>What counts of an input. Of what is installed on this machine the rights are the installer's, and say nothing.</summary>
    public ContentHash? Of(PlannedInput input) => input.IsInstalled ? OfBytes(input.Path) : Of(input.Path);

    ContentHash? OfBytes(string path, out FileKind kind)
    {
        kind = FileKind.Other;
        var found = FileStamp.Of(path);
        if (found?.Kind != FileKind.Link) Witnesses?.Saw(path, found);
        if (found is not { } stamp) return null;
        if (stamp.Kind == FileKind.Link)
        {
            Witnesses?.Look(path);
            var target = File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName;
            return target is null ? null : OfBytes(target, out kind);
        }

        kind = stamp.Kind;
        return kind switch
        {
            FileKind.Folder => OfFolder(path),
            FileKind.File or FileKind.Executable => OfFile(new FoundFile(path, stamp), null),
            _ => throw Errors.NotAFile(path),
        };
    }

    ContentHash OfFolder(string folder) => FolderTree.Of(folder, files =>
    {
        var size = 0L;
        foreach (var file in files) size += file.Stamp.Size;
        _folderSizes[folder] = size;
        return OfFiles(files);
    }, followLinks: true, Witnesses).Hash;

    /// <summary>The Merkle tree of a folder as it stands, links as links.</summary>
    public FolderTree Tree(string folder) => FolderTree.Of(folder, OfFiles, followLinks: false, Witnesses);

    /// <summary>The bytes of a file, or of the files in a folder as they were when its hash was last asked for, following links; 0 where there is nothing.</summary>
    public long SizeOf(string path) => FileStamp.Of(path) switch
    {
        { Kind: FileKind.Folder } when _folderSizes.TryGetValue(path, out var known) => known,
        { Kind: FileKind.Link } when File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName is { } target => SizeOf(target),
        { Kind: FileKind.File or FileKind.Executable } file => file.Size,
        _ => FileSize.Of(path),
    };

    /// <summary>
    /// Reads ahead, over the cores, the files no run has seen yet and large ones that changed; the largest first, so that none is left over for one core.
    /// </summary>
    /// <param name="paths">Sources of a plan. Folders are left to when they are asked for, but for those beside a large file: one core would read it while the others wait.</param>
    /// <param name="telling">Told how many bytes there are to read, gives what to tell of each piece, or null.</param>
    /// <remarks>What cannot be read is left for the stage that asks for it to say.</remarks>
    public void ReadAhead(IEnumerable<string> paths, Func<long, Action<int>?> telling)
    {
        var (files, folders) = (new List<FoundFile>(), new List<string>());
        var looked = new HashSet<string>(StringComparer.Ordinal);
        foreach (var path in paths)
        {
            var known = Known(path);
            if (known is { Stamp.Size: < Large } || !looked.Add(path)) continue;
            if (FileStamp.Of(path) is not { } stamp || stamp == known?.Stamp) continue;
            if (stamp.Kind.IsFile()) files.Add(new FoundFile(path, stamp));
            else if (stamp.Kind == FileKind.Folder) folders.Add(path);
        }

        if (files.Exists(static file => file.Stamp.Size >= Large))
            foreach (var folder in folders) AddFilesIn(folder, files);
        if (files.Count < 2) return;
        files.Sort(static (a, b) => b.Stamp.Size.CompareTo(a.Stamp.Size));
        var told = telling(files.Sum(file => file.Stamp.Size));
        Cores.Each(files.Count, i => Try(() => OfFile(files[i], told)));
    }

    static void AddFilesIn(string folder, List<FoundFile> files) => Try(() => FolderTree.Of(folder, found =>
    {
        files.AddRange(found.Where(file => file.Stamp.Kind.IsFile()));
        return new ContentHash[found.Count];
    }, followLinks: true));

    static void Try(Action read)
    {
        try
        {
            read();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or KilnException)
        {
        }
    }

    ContentHash[] OfFiles(IReadOnlyList<FoundFile> files)
    {
        var hashes = new ContentHash[files.Count];
        var unknown = new List<int>();
        for (var i = 0; i < hashes.Length; i++)
            if (!files[i].Stamp.Kind.IsFile()) throw Errors.NotAFile(files[i].Path);
            else if (Known(files[i].Path) is { } known && known.Stamp == files[i].Stamp) hashes[i] = known.Hash;
            else unknown.Add(i);
        unknown.Sort((a, b) => files[b].Stamp.Size.CompareTo(files[a].Stamp.Size));
        Cores.Each(unknown.Count, i => hashes[unknown[i]] = OfFile(files[unknown[i]], null));
        return hashes;
    }

    /// <summary>Whether a file's hash is known by its stamp alone. Of a folder and behind a link there is more to look at.</summary>
    public bool Vouches(string path) => Known(path) is { } known && FileStamp.Of(path) == known.Stamp;

    StampedHash? Known(string path) =>
        _learned.TryGetValue(path, out var learned) ? learned : _remembered.TryGetValue(path, out var remembered) ? remembered : null;

    /// <summary>A point in this run's time, to ask <see cref="WasRewrittenSince"/> about.</summary>
    public long Moment => Interlocked.Read(ref _moment);

    /// <summary>
    /// Whether a file, or one in a folder, was found written to between a moment and its last hashing, whatever it says now. Costs one comparison where no file was.
    /// </summary>
    public bool WasRewrittenSince(long moment, string path)
    {
        if (Moment == moment) return false;
        path = FileStamp.Of(path)?.Kind == FileKind.Link ? File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path : path;
        return _rewritten.Any(entry => entry.Value > moment && (entry.Key == path || entry.Key.StartsWith(path + "/", StringComparison.Ordinal)));
    }

    /// <summary>Notes the hash of the bytes of a file that Kiln has just written itself, unless somebody else wrote to it since.</summary>
    /// <param name="path">The file.</param>
    /// <param name="asWritten">Its stamp when it was written, under this name or another.</param>
    /// <param name="hash">The hash of what was written.</param>
    public void Note(string path, FileStamp asWritten, ContentHash hash)
    {
        if (FileStamp.Of(path) is not { } stamp || !stamp.IsAsWritten(asWritten)) return;
        _learned[path] = new StampedHash(stamp, hash);
        Changed = true;
    }

    /// <summary>
    /// Forgets files in a folder that earlier runs knew and that are gone. Of very many only some are looked at, others each time: nobody is to wait for it.
    /// </summary>
    public void ForgetGone(string folder)
    {
        const int most = 200;
        var from = Random.Shared.Next(Math.Max(1, _remembered.Count - most + 1));
        foreach (var path in _remembered.Keys.Skip(from).Take(most))
            if (path.StartsWith(folder + "/", StringComparison.Ordinal) && !_learned.ContainsKey(path) && FileStamp.Of(path) is null) _learned[path] = null;
    }

    /// <summary>
    /// What may be kept for the next run. Files whose stamps are too young to vouch for anything are waited out and read again.
    /// </summary>
    public Dictionary<string, StampedHash> Settled()
    {
        var now = FileStamp.Now();
        var known = new Dictionary<string, StampedHash>(_remembered, StringComparer.Ordinal);
        foreach (var (path, learned) in _learned)
            if (learned is null) known.Remove(path);
            else known[path] = learned;
        var racy = new List<string>();
        long youngest = 0;
        foreach (var (path, entry) in known)
        {
            if (!entry.Stamp.IsRacyAt(now)) continue;
            racy.Add(path);
            youngest = Math.Max(youngest, Math.Min(entry.Stamp.Changed, now)); // a clock that was set back does not make it longer
        }

        if (racy.Count == 0) return known;
        Thread.Sleep(TimeSpan.FromMilliseconds(Math.Ceiling((youngest + FileStamp.Racy - now) / 1e6))); // the youngest has to grow old enough
        foreach (var path in racy)
            if (FileStamp.Of(path) != known[path].Stamp || Read(path, null) != known[path].Hash) known.Remove(path);
        return known;
    }

    ContentHash OfFile(FoundFile file, Action<int>? told)
    {
        var (path, stamp) = file;
        var known = Known(path);
        if (known?.Stamp == stamp) return known.Hash;
        for (var attempt = 0; attempt < 3; attempt++)
        {
            var youngest = FileStamp.Now();
            var hash = Read(path, told);
            Interlocked.Increment(ref _filesRead);
            var after = FileStamp.Of(path);
            if (after == stamp)
            {
                // A stamp younger than the clock's tick may hide a change made while reading: use the hash, keep nothing.
                if (known is not null && !stamp.IsAsWritten(known.Stamp)) _rewritten[path] = Interlocked.Increment(ref _moment);
                _learned[path] = stamp.IsRacyAt(youngest) ? null : new StampedHash(stamp, hash);
                Changed = true;
                return hash;
            }

            if (after is null) break;
            stamp = after.Value;
        }

        throw Errors.ChangedWhileRead(path);
    }

    /// <summary>The hash of a file's bytes as they are now.</summary>
    /// <param name="path">The file.</param>
    /// <param name="told">Told of each piece that was read, or null.</param>
    public static ContentHash Read(string path, Action<int>? told)
    {
        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var buffer = ArrayPool<byte>.Shared.Rent(Piece);
        try
        {
            var count = RandomAccess.Read(file, buffer, 0);
            told?.Invoke(count);
            if (count < Piece && RandomAccess.Read(file, buffer.AsSpan(count), count) == 0) return ContentHash.Of(buffer.AsSpan(0, count));
            return OfLong(file, buffer, told);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    static ContentHash OfLong(SafeFileHandle file, byte[] buffer, Action<int>? told)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (long at = 0; ;)
        {
            var count = RandomAccess.Read(file, buffer, at);
            if (count == 0) return new ContentHash(hash.GetHashAndReset());
            hash.AppendData(buffer.AsSpan(0, count));
            at += count;
            told?.Invoke(count);
        }
    }
}
