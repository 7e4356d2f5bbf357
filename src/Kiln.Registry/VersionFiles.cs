using System.Collections.Immutable;
using Kiln.Fingerprinting;

namespace Kiln.Registry;

/// <summary>The files of versions: a folder each, named by the version's identity, and never changed.</summary>
/// <param name="root">The folder of them all.</param>
public sealed class VersionFiles(string root)
{
    internal const string Model = "model", Card = "model-card.html", Markdown = "model-card.md";

    /// <summary>Where a version's files are.</summary>
    public string FolderOf(string identity) => Path.Combine(root, identity);

    /// <summary>Keeps files under an identity: all of them, or none. Files that are there already stay.</summary>
    /// <param name="identity">The version's identity: 64 hexadecimal digits.</param>
    /// <param name="fill">Writes the files into a folder.</param>
    /// <returns>The files' paths in the folder, with their SHA-256.</returns>
    /// <exception cref="KilnException">The disk is full, or the place cannot be written.</exception>
    public ImmutableSortedDictionary<string, string> Keep(string identity, Action<string> fill)
    {
        var folder = FolderOf(identity);
        try
        {
            if (Directory.Exists(folder)) return HashesOf(folder);
            Directory.CreateDirectory(root);
            var staged = Path.Combine(root, $".{identity[..16]}-{Guid.NewGuid():N}");
            try
            {
                Directory.CreateDirectory(staged);
                fill(staged);
                foreach (var file in Directory.EnumerateFiles(staged, "*", SearchOption.AllDirectories)) Flush(file);
                var hashes = HashesOf(staged);
                try
                {
                    Directory.Move(staged, folder);
                }
                catch (IOException) when (Directory.Exists(folder))
                {
                    return HashesOf(folder); // another process was first
                }
                return hashes;
            }
            finally
            {
                if (Directory.Exists(staged)) Directory.Delete(staged, recursive: true);
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw RegistryErrors.FilesNotKept(folder, error);
        }
    }

    /// <summary>The folder of a version's files, after a look at each.</summary>
    /// <exception cref="KilnException">One is gone, is another, or is too many.</exception>
    public string Checked(VersionSummary version, VersionDocument document)
    {
        var folder = FolderOf(version.Identity);
        if (!Directory.Exists(folder)) throw RegistryErrors.FilesGone(version, folder, "the folder is gone");
        var found = HashesOf(folder);
        foreach (var (path, hash) in document.Files)
            if (!found.TryGetValue(path, out var now)) throw RegistryErrors.FilesGone(version, folder, $"{path} is gone");
            else if (now != hash) throw RegistryErrors.FilesGone(version, folder, $"{path} was changed");
        return found.Keys.FirstOrDefault(path => !document.Files.ContainsKey(path)) is { } strange ? throw RegistryErrors.FilesGone(version, folder, $"{strange} was not there") : folder;
    }

    static ImmutableSortedDictionary<string, string> HashesOf(string folder) => Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).ToImmutableSortedDictionary(
        file => Path.GetRelativePath(folder, file), HashOf, StringComparer.Ordinal);

    static string HashOf(string file)
    {
        using var stream = File.OpenRead(file);
        return ContentHash.Of(stream).ToString();
    }

    static void Flush(string file)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.ReadWrite);
        stream.Flush(flushToDisk: true);
    }
}
