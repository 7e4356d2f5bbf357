using System.Collections.Immutable;
using System.Text.Json;
using Kiln.Learning.Models;
using Kiln.Learning.Training;

namespace Kiln.Learning.Boosting;

/// <summary>The rounds so far, in one file: the library's own checkpoint, the rounds' records, and what they belong to.</summary>
sealed class RoundCheckpoint(string path, string identity)
{
    Content? content;

    /// <summary>What was saved; nothing where that belongs to other settings or rows, or cannot be read.</summary>
    public (ReadOnlyMemory<byte> Booster, ImmutableArray<EpochRecord> Epochs) Read()
    {
        content ??= TryRead();
        return content?.Identity == identity ? (content.Booster, content.Epochs) : (default, []);
    }

    public void Write(byte[] booster, IEnumerable<EpochRecord> epochs)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var saved = new Content(identity, booster, [.. epochs]);
        File.WriteAllBytes(path + ".new", JsonSerializer.SerializeToUtf8Bytes(saved, ModelJson.Options));
        File.Move(path + ".new", path, overwrite: true);
    }

    // One that cannot be read saves no time, and costs none.
    Content? TryRead()
    {
        try
        {
            return File.Exists(path) ? JsonSerializer.Deserialize<Content>(File.ReadAllBytes(path), ModelJson.Options) : null;
        }
        catch (Exception error) when (error is JsonException or IOException)
        {
            return null;
        }
    }

    sealed record Content(string Identity, byte[] Booster, ImmutableArray<EpochRecord> Epochs);
}
