using System.Collections.Immutable;
using System.Text;
using System.Text.Json;

namespace Kiln;

/// <summary>A file, made by a stage, that lists the keys of further stages, as it was when the pipeline was declared.</summary>
/// <param name="Stage">The stage that makes it.</param>
/// <param name="Path">Its absolute path.</param>
/// <param name="Keys">What it listed; nothing where it was not made yet, or cannot be read before it is made anew.</param>
/// <param name="Place">How many stages were declared before it was asked for: these cannot depend on what it lists.</param>
sealed record Listing(Stage Stage, string Path, ImmutableArray<string> Keys, int Place)
{
    /// <summary>A key becomes part of paths, and a file's name has 255 bytes.</summary>
    const int LongestKey = 200;

    /// <exception cref="KilnException">It lists no keys.</exception>
    public static ImmutableArray<string> Read(string path, Stage stage)
    {
        var keys = ImmutableArray.CreateBuilder<string>();
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(path));
            foreach (var item in document.RootElement.EnumerateArray()) keys.Add(item.GetString() ?? throw new JsonException("A key is null."));
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or IOException)
        {
            throw Errors.NotAListing(path, stage.FullName, error.Message);
        }

        var known = new HashSet<string>(StringComparer.Ordinal);
        foreach (var key in keys)
            if (Fault(key) is { } fault) throw Errors.NotAListing(path, stage.FullName, fault);
            else if (!known.Add(key)) throw Errors.NotAListing(path, stage.FullName, $"the key {JsonText.Quote(key)} stands there twice");
        return keys.DrainToImmutable();
    }

    static string? Fault(string key) =>
        key.Length == 0 ? "a key is empty"
        : key is "." or ".." || key.Contains('/') ? $"the key {JsonText.Quote(key)} would lead to another folder"
        : key.Any(char.IsControl) ? $"the key {JsonText.Quote(key)} has control characters"
        : Encoding.UTF8.GetByteCount(key) > LongestKey ? $"a key is longer than {LongestKey} bytes: {key[..40]}…"
        : null;
}
