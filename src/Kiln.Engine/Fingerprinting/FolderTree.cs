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
                .Append(path.Replace("\\", "\\\\").Replace("\n", "\\n")).Append('\n');
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    /// <exception cref="FormatException">These are not a tree's bytes.</exception>
    public static FolderTree Parse(ReadOnlySpan<byte> bytes)
    {
        var lines = Encoding.UTF8.GetString(bytes).Split('\n');
        if (lines[0] != "kiln tree 1") throw new FormatException("Not a folder's tree.");
        return new FolderTree([.. lines[1..^1].Select(line => new TreeEntry(
            line[0] switch { 'd' => FileKind.Folder, 'l' => FileKind.Link, _ => FileKind.File },
            line[67..].Replace("\\n", "\n").Replace("\\\\", "\\"),
            ContentHash.Parse(line[2..66])))]);
    }

    /// <summary>Reads a folder, asking for each file's hash.</summary>
    public static FolderTree Of(string folder, Func<string, ContentHash> hashOfFile)
    {
        var entries = new List<TreeEntry>();
        foreach (var path in Directory.EnumerateFileSystemEntries(folder, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0 }))
        {
            var relative = Path.GetRelativePath(folder, path);
            var info = new FileInfo(path);
            if (info.LinkTarget is { } target) entries.Add(new TreeEntry(FileKind.Link, relative, ContentHash.Of(Encoding.UTF8.GetBytes(target))));
            else if (info.Attributes.HasFlag(FileAttributes.Directory)) entries.Add(new TreeEntry(FileKind.Folder, relative, ContentHash.Of([])));
            else entries.Add(new TreeEntry(FileKind.File, relative, hashOfFile(path)));
        }

        return new FolderTree([.. entries.OrderBy(entry => entry.Path, StringComparer.Ordinal)]);
    }
}
