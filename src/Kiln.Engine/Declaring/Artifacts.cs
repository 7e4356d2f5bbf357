using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Kiln;

/// <summary>A file of no particular kind.</summary>
public sealed record PlainFile(string Path) : IArtifact<PlainFile>
{
    /// <inheritdoc/>
    public static PlainFile At(string path) => new(path);

    /// <summary>The number of lines of a text of moderate size, the size of anything else.</summary>
    public static string? Summarize(PlainFile artifact)
    {
        var size = new FileInfo(artifact.Path).Length;
        if (size > 1 << 26) return string.Create(CultureInfo.InvariantCulture, $"{size:#,0} bytes");
        var bytes = File.ReadAllBytes(artifact.Path);
        if (bytes.AsSpan().Contains((byte)0)) return string.Create(CultureInfo.InvariantCulture, $"{size:#,0} bytes");
        var lines = bytes.AsSpan().Count((byte)'\n') + (bytes.Length > 0 && bytes[^1] != '\n' ? 1 : 0);
        return string.Create(CultureInfo.InvariantCulture, $"{lines:#,0} line{(lines == 1 ? "" : "s")}");
    }

    /// <summary>The file's text, in UTF-8.</summary>
    public string ReadText() => File.ReadAllText(Path);

    /// <summary>Writes the file's text, in UTF-8.</summary>
    public void WriteText(string text) => File.WriteAllText(Path, text);
}

/// <summary>A folder with everything in it; its hash covers each file's relative path and content.</summary>
public sealed record Folder(string Path) : IArtifact<Folder>
{
    /// <inheritdoc/>
    public static Folder At(string path) => new(path);

    /// <summary>The number of files.</summary>
    public static string? Summarize(Folder artifact) => Directory.Exists(artifact.Path)
        ? string.Create(CultureInfo.InvariantCulture, $"{Directory.EnumerateFiles(artifact.Path, "*", SearchOption.AllDirectories).Count():#,0} files") : null;

    /// <summary>Makes the folder, and returns the absolute path of an entry in it.</summary>
    public string File(string relativePath)
    {
        var path = System.IO.Path.Combine(Path, relativePath);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        return path;
    }
}

/// <summary>A record kept as indented JSON in camel case; doubles are written so that they read back exactly.</summary>
public sealed record Json<T>(string Path) : IArtifact<Json<T>>
{
    /// <inheritdoc/>
    public static Json<T> At(string path) => new(path);

    /// <summary>Reads the record.</summary>
    /// <exception cref="KilnException">The file is not JSON of this shape.</exception>
    public T Read()
    {
        try
        {
            using var stream = File.OpenRead(Path);
            return JsonSerializer.Deserialize<T>(stream, JsonFormat.Options) ?? throw new JsonException("The file holds null.");
        }
        catch (JsonException error)
        {
            throw Errors.NotThisJson(Path, error);
        }
    }

    /// <summary>Writes the record.</summary>
    public void Write(T value)
    {
        using var stream = File.Create(Path);
        JsonSerializer.Serialize(stream, value, JsonFormat.Options);
        stream.WriteByte((byte)'\n');
    }
}

static class JsonFormat
{
    public static JsonSerializerOptions Options { get; } = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };
}
