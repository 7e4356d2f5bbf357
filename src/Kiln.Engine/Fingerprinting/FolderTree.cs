using System.Collections.Immutable;
using System.Text;

namespace Kiln.Fingerprinting;

/// <summary>An entry of a folder: its path in the folder with forward slashes, its kind, and the hash of its bytes (of its target, for a link).</summary>
readonly record struct TreeEntry(FileKind Kind, string Path, ContentHash Hash);

/// <summary>The Merkle tree of a folder, as text: one sorted line an entry. The folder's hash is the hash of that text.</summary>
sealed record FolderTree(ImmutableArray<TreeEntry> Entries)
{
    public ContentHash Hash => ContentHash.Of(ToBytes());

    public byte[] ToBytes()
    {
        var text = new StringBuilder("kiln tree 1\n");
        foreach (var (kind, path, hash) in Entries)
            text.Append(kind switch { FileKind.Folder => 'd', FileKind.Link => 'l', _ => 'f' }).Append(' ').Append(hash).Append(' ')
                .Append(Escape(path)).Append('\n');
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    /// <exception cref="FormatException">These are not a tree's bytes.</exception>
    public static FolderTree Parse(ReadOnlySpan<byte> bytes)
    {
        var lines = Encoding.UTF8.GetString(bytes).Split('\n');
        if (lines[0] != "kiln tree 1") throw new FormatException("Not a folder's tree.");
        return new FolderTree([.. lines[1..^1].Select(line => new TreeEntry(
            line[0] switch { 'd' => FileKind.Folder, 'l' => FileKind.Link, _ => FileKind.File },
            Unescape(line[67..]),
            ContentHash.Parse(line[2..66])))]);
    }

    /// <summary>
    /// Reads a folder, asking for each file's hash. A link to a file stands for that file's content where <paramref name="followLinks"/> says
    /// so, and is an entry of its own kind elsewhere.
    /// </summary>
    /// <exception cref="KilnException">A link leads to a folder or nowhere, and was to be followed.</exception>
    public static FolderTree Of(string folder, Func<string, ContentHash> hashOfFile, bool followLinks)
    {
        var entries = new List<TreeEntry>();
        var open = new Stack<string>([folder]);
        while (open.TryPop(out var place))
            foreach (var path in Directory.EnumerateFileSystemEntries(place, "*", Everything))
            {
                var relative = Path.GetRelativePath(folder, path);
                var info = new FileInfo(path);
                if (info.LinkTarget is { } target)
                {
                    entries.Add(!followLinks ? new TreeEntry(FileKind.Link, relative, ContentHash.Of(Encoding.UTF8.GetBytes(target)))
                        : info.ResolveLinkTarget(returnFinalTarget: true) is FileInfo { Exists: true } file ? new TreeEntry(FileKind.File, relative, hashOfFile(file.FullName))
                        : throw Errors.LinkInFolder(path, target));
                }
                else if (info.Attributes.HasFlag(FileAttributes.Directory))
                {
                    entries.Add(new TreeEntry(FileKind.Folder, relative, ContentHash.Of([])));
                    open.Push(path);
                }
                else entries.Add(new TreeEntry(FileKind.File, relative, hashOfFile(path)));
            }

        return new FolderTree([.. entries.OrderBy(entry => entry.Path, StringComparer.Ordinal)]);
    }

    static readonly EnumerationOptions Everything = new() { AttributesToSkip = 0, IgnoreInaccessible = false };

    static string Escape(string path) => path.Replace("\\", "\\\\").Replace("\n", "\\n");

    static string Unescape(string text)
    {
        if (!text.Contains('\\')) return text;
        var path = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
            path.Append(text[i] != '\\' ? text[i] : text[++i] == 'n' ? '\n' : '\\');
        return path.ToString();
    }
}
