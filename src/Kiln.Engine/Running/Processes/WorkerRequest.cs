using System.Collections.Immutable;
using System.Text.Json;

namespace Kiln.Running;

/// <summary>
/// What a worker is asked to do: declare a pipeline as its caller did, and run one stage's body. Written and read without a serializer: a
/// worker's start is paid for by every stage.
/// </summary>
sealed record WorkerRequest
{
    public required string Pipeline { get; init; }

    public required string Workspace { get; init; }

    public required ImmutableArray<string> Overrides { get; init; }

    /// <summary>The full name.</summary>
    public required string Stage { get; init; }

    public required string Staging { get; init; }

    public required string Checkpoints { get; init; }

    public required Grant Grant { get; init; }

    public void Write(string file)
    {
        using var stream = File.Create(file);
        using var json = new Utf8JsonWriter(stream);
        json.WriteStartObject();
        json.WriteString("pipeline", Pipeline);
        json.WriteString("workspace", Workspace);
        json.WriteStartArray("overrides");
        foreach (var entry in Overrides) json.WriteStringValue(entry);
        json.WriteEndArray();
        json.WriteString("stage", Stage);
        json.WriteString("staging", Staging);
        json.WriteString("checkpoints", Checkpoints);
        json.WriteNumber("cpus", Grant.Cpus);
        json.WriteStartArray("gpus");
        foreach (var gpu in Grant.Gpus) json.WriteNumberValue(gpu);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    public static WorkerRequest Read(string file)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(file));
        var root = document.RootElement;
        string Text(string name) => root.GetProperty(name).GetString()!;
        return new WorkerRequest
        {
            Pipeline = Text("pipeline"),
            Workspace = Text("workspace"),
            Overrides = [.. root.GetProperty("overrides").EnumerateArray().Select(entry => entry.GetString()!)],
            Stage = Text("stage"),
            Staging = Text("staging"),
            Checkpoints = Text("checkpoints"),
            Grant = new Grant(root.GetProperty("cpus").GetInt32(), [.. root.GetProperty("gpus").EnumerateArray().Select(gpu => gpu.GetInt32())]),
        };
    }
}
