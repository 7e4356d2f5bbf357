using System.Buffers;
using System.Collections.Immutable;
using System.Text;

namespace Kiln.Fingerprinting;

/// <summary>An entry of a folder: its path in the folder with forward slashes, its kind, and the hash of its bytes (of its target, for a link).</summary>
readonly record struct TreeEntry(FileKind Kind, string Path, ContentHash Hash);

/// <summary>A file by its path, and the stamp it had when it was found.</summary>
readonly record struct FoundFile(string Path, FileStamp Stamp);

/// <summary>The Merkle tree of a folder, as text: one sorted line an entry. The folder's hash is the hash of that text.</summary>
sealed record FolderTree(ImmutableArray<TreeEntry> Entries)
{
    public ContentHash Hash => ContentHash.Of(ToBytes());

    public byte[] ToBytes()
    {
        var bytes = new ArrayBufferWriter<byte>(32 + Entries.Length * 128);
        bytes.Write("kiln tree 1\n"u8);
        Span<byte> hash = stackalloc byte[ContentHash.Size];
        foreach (var (kind, path, content) in Entries)
        {
            var name = Escape(path);
            var line = bytes.GetSpan(2 * ContentHash.Size + 4 + Encoding.UTF8.GetMaxByteCount(name.Length));
            (line[0], line[1]) = (kind switch { FileKind.Folder => (byte)'d', FileKind.Link => (byte)'l', FileKind.Executable => (byte)'x', _ => (byte)'f' }, (byte)' ');
            content.CopyTo(hash);
            Convert.TryToHexStringLower(hash, line[2..], out _);
            line[66] = (byte)' ';
            var length = 67 + Encoding.UTF8.GetBytes(name, line[67..]);
            line[length] = (byte)'\n';
            bytes.Advance(length + 1);
        }

        return bytes.WrittenSpan.ToArray();
    }

    /// <exception cref="FormatException">These are not a tree's bytes.</exception>
    public static FolderTree Parse(ReadOnlySpan<byte> bytes)
    {
        var lines = Encoding.UTF8.GetString(bytes).Split('\n');
        if (lines[0] != "kiln tree 1") throw new FormatException("Not a folder's tree.");
        return new FolderTree([.. lines[1..^1].Select(line => new TreeEntry(
            line[0] switch { 'd' => FileKind.Folder, 'l' => FileKind.Link, 'x' => FileKind.Executable, _ => FileKind.File },
            Unescape(line[67..]),
            ContentHash.Parse(line[2..66])))]);
    }

    /// <summary>
    /// Reads a folder, asking for the hashes of its files together. A link to a file stands for that file's content where
    /// <paramref name="followLinks"/> says so, and is an entry of its own kind elsewhere.
    /// </summary>
    /// <exception cref="KilnException">A link leads to a folder or nowhere, and was to be followed.</exception>
    public static FolderTree Of(string folder, Func<IReadOnlyList<FoundFile>, ContentHash[]> hashesOf, bool followLinks, Witnesses? witnesses = null)
    {
        witnesses?.Look(folder);
        var entries = new List<TreeEntry>();
        var files = new List<FoundFile>();
        var filePlaces = new List<int>();
        for (var level = new List<string> { "" }; level.Count > 0;)
        {
            var read = new List<FolderEntry>[level.Count];
            Cores.Each(level.Count, i => read[i] = FolderReader.Read(level[i].Length == 0 ? folder : folder + "/" + level[i]));
            var next = new List<string>();
            for (var i = 0; i < read.Length; i++)
                foreach (var (name, stamp) in read[i])
                {
                    var relative = level[i].Length == 0 ? name : level[i] + "/" + name;
                    var found = new FoundFile(folder + "/" + relative, stamp);
                    if (stamp.Kind == FileKind.Link && followLinks) witnesses?.Look(found.Path);
                    else witnesses?.Saw(found.Path, stamp);
                    if (stamp.Kind == FileKind.Folder) next.Add(relative);
                    if (stamp.Kind == FileKind.Folder) entries.Add(new TreeEntry(FileKind.Folder, relative, Empty));
                    else if (stamp.Kind == FileKind.Link && !followLinks) entries.Add(new TreeEntry(FileKind.Link, relative, ContentHash.Of(Encoding.UTF8.GetBytes(TargetOf(found.Path)))));
                    else
                    {
                        var file = stamp.Kind == FileKind.Link ? Behind(found.Path) : found;
                        files.Add(file);
                        filePlaces.Add(entries.Count);
                        entries.Add(new TreeEntry(file.Stamp.Kind == FileKind.Executable ? FileKind.Executable : FileKind.File, relative, default));
                    }
                }

            level = next;
        }

        var hashes = hashesOf(files);
        for (var i = 0; i < hashes.Length; i++) entries[filePlaces[i]] = entries[filePlaces[i]] with { Hash = hashes[i] };
        entries.Sort(static (a, b) => string.CompareOrdinal(a.Path, b.Path));
        return new FolderTree([.. entries]);
    }

    static readonly ContentHash Empty = ContentHash.Of([]);

    /// <summary>The file that a link leads to in the end.</summary>
    static FoundFile Behind(string link) =>
        File.ResolveLinkTarget(link, returnFinalTarget: true) is FileInfo { Exists: true } file && FileStamp.Of(file.FullName) is { } stamp
            ? new FoundFile(file.FullName, stamp)
            : throw Errors.LinkInFolder(link, TargetOf(link));

    static string TargetOf(string link) => new FileInfo(link).LinkTarget ?? "";

    static string Escape(string path) => path.AsSpan().IndexOfAny('\\', '\n') < 0 ? path : path.Replace("\\", "\\\\").Replace("\n", "\\n");

    static string Unescape(string text)
    {
        if (!text.Contains('\\')) return text;
        var path = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
            path.Append(text[i] != '\\' ? text[i] : text[++i] == 'n' ? '\n' : '\\');
        return path.ToString();
    }
}
