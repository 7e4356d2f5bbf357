using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text;
using Kiln.Fingerprinting;

namespace Kiln.Caching;

/// <summary>
/// A stage's last success in this workspace: enough to say that nothing changed without opening its result, and how long its body took, to
/// plan the next run by.
/// </summary>
sealed record LastResult(ContentHash Fingerprint, ImmutableArray<OutputHash> Outputs, double Seconds);

/// <summary>A pipeline's lock file as it was last written: the hash of its stages' names, and of its bytes.</summary>
sealed record KeptLock(ContentHash Names, ContentHash File);

/// <summary>
/// What the workspace remembers between runs: file stamps with hashes, and each stage's last success.
/// It saves time and holds no truth: where it is missing or damaged, files are read again and results found by fingerprint.
/// </summary>
sealed class WorkspaceState
{
    const string Format = "kiln state 5";

    /// <summary>
    /// What was written within this time before a machine went down may not have reached its disk, although its stamp has: Linux writes back what is half a
    /// minute old.
    /// </summary>
    const long Unflushed = 3_600_000_000_000;

    readonly string _path;
    readonly FileStamp? _stamp;

    WorkspaceState(string path, FileStamp? stamp, FileHashes hashes)
    {
        (_path, _stamp) = (path, stamp);
        Hashes = hashes;
        Code = new CodeIdentity(Path.Combine(Path.GetDirectoryName(path)!, "code"), hashes);
    }

    public FileHashes Hashes { get; }

    public CodeIdentity Code { get; }

    /// <summary>By pipeline and full stage name.</summary>
    public ConcurrentDictionary<string, LastResult> Stages { get; } = new(StringComparer.Ordinal);

    /// <summary>By pipeline.</summary>
    public ConcurrentDictionary<string, KeptLock> Locks { get; } = [];

    public bool StagesChanged { get; set; }

    /// <summary>Whether the file is still the one this was read from: another run may have ended since.</summary>
    public bool IsCurrent => FileStamp.Of(_path) == _stamp;

    public static WorkspaceState Load(string path)
    {
        var stamp = FileStamp.Of(path);
        try
        {
            var bytes = stamp is null ? [] : File.ReadAllBytes(path);
            if (bytes.Length > ContentHash.Size && ContentHash.Of(bytes.AsSpan(ContentHash.Size)) == new ContentHash(bytes.AsSpan(0, ContentHash.Size)))
                return Read(path, stamp, bytes);
        }
        catch (Exception error) when (error is IOException or FormatException or ArgumentException)
        {
            // Not there, on a bad sector, or of an older format: start afresh.
        }

        return new WorkspaceState(path, stamp, new FileHashes([]));
    }

    /// <summary>
    /// Forgets the stages that a pipeline no longer has, and files of the workspace that are gone, where there is something to save anyway. Should they
    /// come back, results are found by their fingerprints and files read again.
    /// </summary>
    /// <param name="pipeline">The pipeline's name; what is remembered of others stays.</param>
    /// <param name="stages">The full names of its stages.</param>
    /// <param name="workspace">The workspace's absolute path.</param>
    public void ForgetAllBut(string pipeline, IEnumerable<string> stages, string workspace)
    {
        if (!Hashes.Changed && !StagesChanged) return;
        var kept = stages.Select(stage => $"{pipeline}/{stage}").ToHashSet(StringComparer.Ordinal);
        foreach (var (name, _) in Stages)
            if (name.StartsWith(pipeline + "/", StringComparison.Ordinal) && !kept.Contains(name)) Stages.TryRemove(name, out _);
        Hashes.ForgetGone(workspace);
    }

    public void Save()
    {
        Code.Save();
        if (!Hashes.Changed && !StagesChanged) return;
        using var stream = new MemoryStream();
        stream.Write(new byte[ContentHash.Size]);
        using (var writer = new BinaryWriter(stream, Encoding.UTF8, leaveOpen: true))
        {
            writer.Write(Format);
            writer.Write(Boot());
            writer.Write(FileStamp.Now());
            WriteFiles(writer, Hashes.Settled());
            WriteStages(writer);
            writer.Write(Locks.Count);
            foreach (var (pipeline, (names, file)) in Locks)
            {
                writer.Write(pipeline);
                WriteHash(writer, names);
                WriteHash(writer, file);
            }
        }

        var bytes = stream.ToArray();
        ContentHash.Of(bytes.AsSpan(ContentHash.Size)).CopyTo(bytes);
        AtomicFile.Write(_path, bytes);
    }

    static WorkspaceState Read(string path, FileStamp? stamp, byte[] bytes)
    {
        using var reader = new BinaryReader(new MemoryStream(bytes, ContentHash.Size, bytes.Length - ContentHash.Size));
        if (reader.ReadString() != Format) throw new FormatException();
        var (isSameBoot, saved) = (reader.ReadString() == Boot(), reader.ReadInt64());
        var count = reader.ReadInt32();
        var files = new Dictionary<string, StampedHash>(count, StringComparer.Ordinal);
        for (var i = 0; i < count; i++)
            files.Add(reader.ReadString(), new StampedHash(
                new FileStamp(reader.ReadInt64(), reader.ReadInt64(), reader.ReadInt64(), reader.ReadUInt64(), (FileKind)reader.ReadByte()), ReadHash(reader)));
        var state = new WorkspaceState(path, stamp, new FileHashes(isSameBoot ? files : files.Where(file => file.Value.Stamp.Changed < saved - Unflushed)));
        for (var left = reader.ReadInt32(); left > 0; left--)
        {
            var name = reader.ReadString();
            var fingerprint = ReadHash(reader);
            var seconds = reader.ReadDouble();
            var outputs = new OutputHash[reader.ReadInt32()];
            for (var j = 0; j < outputs.Length; j++) outputs[j] = new OutputHash(reader.ReadString(), ReadHash(reader), (FileKind)reader.ReadByte());
            state.Stages[name] = new LastResult(fingerprint, ImmutableCollectionsMarshal.AsImmutableArray(outputs), seconds);
        }

        for (var left = reader.ReadInt32(); left > 0; left--) state.Locks[reader.ReadString()] = new KeptLock(ReadHash(reader), ReadHash(reader));
        return state;
    }

    static void WriteFiles(BinaryWriter writer, Dictionary<string, StampedHash> files)
    {
        writer.Write(files.Count);
        foreach (var (path, (stamp, hash)) in files)
        {
            writer.Write(path);
            writer.Write(stamp.Size);
            writer.Write(stamp.Modified);
            writer.Write(stamp.Changed);
            writer.Write(stamp.Inode);
            writer.Write((byte)stamp.Kind);
            WriteHash(writer, hash);
        }
    }

    void WriteStages(BinaryWriter writer)
    {
        writer.Write(Stages.Count);
        foreach (var (name, last) in Stages)
        {
            writer.Write(name);
            WriteHash(writer, last.Fingerprint);
            writer.Write(last.Seconds);
            writer.Write(last.Outputs.Length);
            foreach (var (path, bytes, kind) in last.Outputs)
            {
                writer.Write(path);
                WriteHash(writer, bytes);
                writer.Write((byte)kind);
            }
        }
    }

    /// <summary>What the kernel calls the time since the machine was started.</summary>
    public static string Boot() => File.ReadAllText("/proc/sys/kernel/random/boot_id");

    static ContentHash ReadHash(BinaryReader reader)
    {
        Span<byte> bytes = stackalloc byte[ContentHash.Size];
        reader.BaseStream.ReadExactly(bytes);
        return new ContentHash(bytes);
    }

    static void WriteHash(BinaryWriter writer, ContentHash hash)
    {
        Span<byte> bytes = stackalloc byte[ContentHash.Size];
        hash.CopyTo(bytes);
        writer.Write(bytes);
    }
}
