using System.Collections.Immutable;
using System.Text.Json;
using Kiln.Fingerprinting;

namespace Kiln.Caching;

/// <summary>An output as it was made: where it stands, the hash of its bytes or of its folder's tree, and which kind it is of.</summary>
/// <param name="Path">Relative to the workspace.</param>
/// <param name="Bytes">What the store has it under.</param>
/// <param name="Kind">A file, an executable file or a folder.</param>
sealed record OutputHash(string Path, ContentHash Bytes, FileKind Kind)
{
    public bool IsFolder => Kind == FileKind.Folder;

    /// <summary>All that counts of it: what a stage is made from that reads it.</summary>
    public ContentHash Hash => Kind == FileKind.Executable ? Bytes.AsExecutable() : Bytes;

    /// <summary>The output of a path, or null.</summary>
    public static OutputHash? Of(ImmutableArray<OutputHash> outputs, string path)
    {
        foreach (var output in outputs)
            if (output.Path == path) return output;
        return null;
    }
}

/// <summary>
/// What one successful execution of a stage made, and from what. Kept under its fingerprint; the evidence behind every skip and every page.
/// </summary>
sealed record StageResult
{
    const string Executable = "executable";

    public required string Stage { get; init; }

    public required Manifest Manifest { get; init; }

    public required ImmutableArray<OutputHash> Outputs { get; init; }

    public required ImmutableSortedDictionary<string, double> Metrics { get; init; }

    /// <summary>The run that made it, and the commit it stood on (with + where the tree was dirty; empty outside a repository).</summary>
    public required string Run { get; init; }

    public required string Commit { get; init; }

    public required DateTimeOffset Started { get; init; }

    public required double Seconds { get; init; }

    public byte[] ToBytes()
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteString("stage", Stage);
            json.WriteString("run", Run);
            json.WriteString("commit", Commit);
            json.WriteString("started", Started);
            json.WriteNumber("seconds", Seconds);
            json.WriteStartArray("outputs");
            foreach (var output in Outputs)
            {
                json.WriteStartArray();
                json.WriteStringValue(output.Path);
                json.WriteStringValue(output.Bytes.ToString());
                if (output.Kind == FileKind.Executable) json.WriteStringValue(Executable);
                else json.WriteBooleanValue(output.IsFolder);
                json.WriteEndArray();
            }

            json.WriteEndArray();
            json.WriteStartObject("metrics");
            foreach (var (name, value) in Metrics)
                if (double.IsFinite(value)) json.WriteNumber(name, value);
                else json.WriteString(name, value.ToString());
            json.WriteEndObject();
            json.WriteStartArray("manifest");
            foreach (var fact in Manifest.Facts)
            {
                json.WriteStartArray();
                json.WriteNumberValue((int)fact.Kind);
                json.WriteStringValue(fact.Label);
                json.WriteStringValue(fact.Value);
                json.WriteEndArray();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return stream.ToArray();
    }

    /// <returns>The result, or null where the bytes are not one.</returns>
    public static StageResult? TryParse(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            using var document = JsonDocument.Parse(bytes);
            var root = document.RootElement;
            return new StageResult
            {
                Stage = root.GetProperty("stage").GetString()!,
                Run = root.GetProperty("run").GetString()!,
                Commit = root.GetProperty("commit").GetString()!,
                Started = root.GetProperty("started").GetDateTimeOffset(),
                Seconds = root.GetProperty("seconds").GetDouble(),
                Outputs = ReadOutputs(root.GetProperty("outputs")),
                Metrics = ReadMetrics(root.GetProperty("metrics")),
                Manifest = ReadManifest(root.GetProperty("manifest")),
            };
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or IndexOutOfRangeException)
        {
            return null;
        }
    }

    // Loops in place of queries over JSON: code for those would be compiled at every start that reads a result.
    static ImmutableArray<OutputHash> ReadOutputs(JsonElement outputs)
    {
        var read = ImmutableArray.CreateBuilder<OutputHash>();
        foreach (var output in outputs.EnumerateArray()) read.Add(new OutputHash(output[0].GetString()!, ContentHash.Parse(output[1].GetString()!), KindOf(output[2])));
        return read.DrainToImmutable();
    }

    /// <summary>Whether it is a folder, or the word for an executable file: a Kiln that does not know it takes the result for none.</summary>
    static FileKind KindOf(JsonElement kind) =>
        kind.ValueKind == JsonValueKind.String && kind.ValueEquals(Executable) ? FileKind.Executable : kind.GetBoolean() ? FileKind.Folder : FileKind.File;

    static ImmutableSortedDictionary<string, double> ReadMetrics(JsonElement metrics)
    {
        var read = ImmutableSortedDictionary.CreateBuilder<string, double>(StringComparer.Ordinal);
        foreach (var metric in metrics.EnumerateObject())
            read.Add(metric.Name, metric.Value.ValueKind == JsonValueKind.Number ? metric.Value.GetDouble() : double.Parse(metric.Value.GetString()!));
        return read.ToImmutable();
    }

    static Manifest ReadManifest(JsonElement facts)
    {
        var read = ImmutableArray.CreateBuilder<Fact>();
        foreach (var fact in facts.EnumerateArray()) read.Add(new Fact((FactKind)fact[0].GetInt32(), fact[1].GetString()!, fact[2].GetString()!));
        return new Manifest(read.DrainToImmutable());
    }
}
