using System.Text.Json;

namespace Kiln.Registry;

/// <summary>Copies a version out of the registry.</summary>
static class VersionExport
{
    /// <summary>Writes its files, its document and its history into a new folder.</summary>
    /// <returns>The folder.</returns>
    /// <exception cref="KilnException">The folder is there already, or cannot be written; or the version's files are not as they were registered.</exception>
    public static string Write(ModelRegistry registry, VersionSummary version, string folder)
    {
        var document = registry.Document(version);
        var kept = registry.Files.Checked(version, document);
        if (Path.Exists(folder)) throw RegistryErrors.ExportThere(folder);
        var staged = $"{Path.TrimEndingDirectorySeparator(folder)}.{Guid.NewGuid():N}";
        try
        {
            foreach (var path in document.Files.Keys)
            {
                var copy = Path.Combine(staged, path);
                Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
                File.Copy(Path.Combine(kept, path), copy);
            }
            File.WriteAllBytes(Path.Combine(staged, "version.json"), JsonSerializer.SerializeToUtf8Bytes(document, RegistryJson.Indented));
            File.WriteAllBytes(Path.Combine(staged, "history.json"), JsonSerializer.SerializeToUtf8Bytes(registry.History(version), RegistryJson.Indented));
            Directory.Move(staged, folder);
            return folder;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw RegistryErrors.NotExported(folder, error);
        }
        finally
        {
            if (Directory.Exists(staged)) Directory.Delete(staged, recursive: true);
        }
    }
}
