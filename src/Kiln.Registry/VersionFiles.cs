using System.Collections.Immutable;
using Kiln.Fingerprinting;

namespace Kiln.Registry;

/// <summary>The files of versions: a folder each, named by the version's identity, and never changed.</summary>
/// <param name="root">The folder of them all.</param>
public sealed class VersionFiles(string root)
{
    internal const string Model = "model", Card = "model-card.html", Markdown = "model-card.md";

    /// <summary>What stands in the place of a hash where something is no file: a link, a pipe.</summary>
    const string NoFile = "";

    /// <summary>Where a version's files are.</summary>
    public string FolderOf(string identity) => Path.Combine(root, identity);

    /// <summary>The identities for which there are folders.</summary>
    public IEnumerable<string> Identities => Directory.Exists(root) ? Directory.EnumerateDirectories(root).Select(folder => Path.GetFileName(folder)).Where(name => ContentHash.TryParse(name, out _)) : [];

    /// <summary>Keeps files under an identity: all of them, or none. Files that are there already stay.</summary>
    /// <param name="identity">The version's identity: 64 hexadecimal digits.</param>
    /// <param name="fill">Writes the files into a folder.</param>
    /// <returns>The files' paths in the folder, with their SHA-256.</returns>
    /// <exception cref="KilnException">The disk is full, or the place cannot be written.</exception>
    public ImmutableSortedDictionary<string, string> Keep(string identity, Action<string> fill)
    {
        var folder = FolderOf(identity);
        if (Directory.Exists(folder)) return HashesOf(folder);
        return Staged(identity, fill, (staged, hashes) =>
        {
            try
            {
                Directory.Move(staged, folder);
                return hashes;
            }
            catch (IOException) when (Directory.Exists(folder))
            {
                return HashesOf(folder); // another process was first
            }
        });
    }

    /// <summary>Writes a version's files anew, where that gives what was registered.</summary>
    /// <param name="version">The version.</param>
    /// <param name="document">Its document.</param>
    /// <param name="fill">Writes the files into a folder.</param>
    /// <exception cref="KilnException">It gives something else: the files stay as they are.</exception>
    public void Restore(VersionSummary version, VersionDocument document, Action<string> fill) => Staged(version.Identity, fill, (staged, hashes) =>
    {
        if (FaultOf(hashes, document) is not null) throw RegistryErrors.FilesGone(version, document, FolderOf(version.Identity), FaultOf(version, document) ?? "");
        if (Directory.Exists(FolderOf(version.Identity))) Directory.Delete(FolderOf(version.Identity), recursive: true);
        File.Delete(FolderOf(version.Identity));
        Directory.Move(staged, FolderOf(version.Identity));
        return true;
    });

    /// <summary>What is not as it was registered, in words; null where all is.</summary>
    public string? FaultOf(VersionSummary version, VersionDocument document)
    {
        var folder = new DirectoryInfo(FolderOf(version.Identity));
        return folder.LinkTarget is not null ? "the folder is a link" : !folder.Exists ? "the folder is gone" : FaultOf(HashesOf(folder.FullName), document);
    }

    /// <summary>The folder of a version's files, after a look at each.</summary>
    /// <exception cref="KilnException">One is gone, is another, or is too many.</exception>
    public string Checked(VersionSummary version, VersionDocument document)
    {
        var folder = FolderOf(version.Identity);
        return FaultOf(version, document) is { } fault ? throw RegistryErrors.FilesGone(version, document, folder, fault) : folder;
    }

    static string? FaultOf(ImmutableSortedDictionary<string, string> found, VersionDocument document)
    {
        if (found.FirstOrDefault(file => file.Value == NoFile).Key is { } odd) return $"{odd} is no plain file";
        foreach (var (path, hash) in document.Files)
            if (!found.TryGetValue(path, out var now)) return $"{path} is gone";
            else if (now != hash) return $"{path} was changed";
        return found.Keys.FirstOrDefault(path => !document.Files.ContainsKey(path)) is { } strange ? $"{strange} was not there" : null;
    }

    T Staged<T>(string identity, Action<string> fill, Func<string, ImmutableSortedDictionary<string, string>, T> use)
    {
        var staged = Path.Combine(root, $".{identity[..16]}-{Guid.NewGuid():N}");
        try
        {
            Directory.CreateDirectory(staged);
            fill(staged);
            foreach (var file in Directory.EnumerateFiles(staged, "*", SearchOption.AllDirectories)) Flush(file);
            return use(staged, HashesOf(staged));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw RegistryErrors.FilesNotKept(FolderOf(identity), error);
        }
        finally
        {
            if (Directory.Exists(staged)) Directory.Delete(staged, recursive: true);
        }
    }

    static ImmutableSortedDictionary<string, string> HashesOf(string folder)
    {
        var hashes = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        var folders = new Stack<DirectoryInfo>([new(folder)]);
        while (folders.TryPop(out var next))
            foreach (var entry in next.EnumerateFileSystemInfos())
                if (entry is DirectoryInfo { LinkTarget: null } inner) folders.Push(inner);
                else hashes[Path.GetRelativePath(folder, entry.FullName)] = HashOf(entry);
        return hashes.ToImmutable();
    }

    static string HashOf(FileSystemInfo entry)
    {
        try
        {
            return entry.LinkTarget is null && ContentHash.OfPath(entry.FullName, bytesOnly: true) is { } hash ? hash.ToString() : NoFile;
        }
        catch (KilnException)
        {
            return NoFile;
        }
    }

    static void Flush(string file)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.ReadWrite);
        stream.Flush(flushToDisk: true);
    }
}
