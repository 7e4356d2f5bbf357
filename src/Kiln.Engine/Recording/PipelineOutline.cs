using System.Buffers;
using System.Collections.Immutable;
using System.Text.Json;
using Kiln.Caching;
using Kiln.Planning;
using Kiln.Running;

namespace Kiln.Recording;

/// <summary>A stage with its partitions, what it needs (places among the pipeline's stages), and what it makes, its pages first; of very many outputs some.</summary>
sealed record OutlinedStage(string Name, int Count, bool IsTask, string Description, ImmutableArray<int> Needs, ImmutableArray<string> Outputs, int OutputCount);

/// <summary>
/// A pipeline as its last run declared it, whatever that run was asked to make: for the page that tells of all pipelines, of which a run declares one.
/// </summary>
sealed record PipelineOutline(string Name, ImmutableArray<OutlinedStage> Stages)
{
    /// <summary>So many outputs of a stage are named.</summary>
    const int MostOutputs = 1_000;

    public static PipelineOutline Of(Graph graph)
    {
        var groups = graph.Stages.GroupBy(stage => stage.Stage.Name, StringComparer.Ordinal).ToDictionary(group => group.Key, group => group.ToList(), StringComparer.Ordinal);
        return new(graph.Pipeline, [.. GroupGraph.Of(graph.Stages).Nodes.Select(node =>
        {
            var outputs = groups[node.Name].SelectMany(stage => stage.Outputs).Select(output => output.Relative).ToList();
            return new OutlinedStage(node.Name, node.Count, node.IsTask, groups[node.Name][0].Stage.Shape.Description, node.Needs, [.. outputs.OrderByDescending(IsPage).Take(MostOutputs)], outputs.Count);
        })]);
    }

    /// <summary>Whether a browser shows it.</summary>
    public static bool IsPage(string output) => output.EndsWith(".html", StringComparison.Ordinal);

    public void Keep(Workspace workspace)
    {
        var bytes = new ArrayBufferWriter<byte>(1 << 12);
        using (var json = new Utf8JsonWriter(bytes)) Write(json);
        AtomicFile.Write(Path.Combine(workspace.Outlines, Name + ".json"), bytes.WrittenSpan);
    }

    /// <summary>Those of all pipelines that ever ran here, by their names; what is not an outline is passed over.</summary>
    public static IEnumerable<PipelineOutline> All(Workspace workspace)
    {
        if (!Directory.Exists(workspace.Outlines)) yield break;
        foreach (var file in Directory.GetFiles(workspace.Outlines, "*.json").Order(StringComparer.Ordinal))
            if (TryParse(File.ReadAllBytes(file)) is { } outline) yield return outline;
    }

    void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("pipeline", Name);
        json.WriteStartArray("stages");
        foreach (var stage in Stages)
        {
            json.WriteStartArray();
            json.WriteStringValue(stage.Name);
            json.WriteNumberValue(stage.Count);
            json.WriteBooleanValue(stage.IsTask);
            json.WriteStringValue(stage.Description);
            json.WriteStartArray();
            foreach (var need in stage.Needs) json.WriteNumberValue(need);
            json.WriteEndArray();
            json.WriteStartArray();
            foreach (var output in stage.Outputs) json.WriteStringValue(output);
            json.WriteEndArray();
            json.WriteNumberValue(stage.OutputCount);
            json.WriteEndArray();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    static PipelineOutline? TryParse(byte[] bytes)
    {
        try
        {
            using var document = JsonDocument.Parse(bytes);
            return new(document.RootElement.GetProperty("pipeline").GetString()!,
            [
                .. document.RootElement.GetProperty("stages").EnumerateArray().Select(stage => new OutlinedStage(
                    stage[0].GetString()!, stage[1].GetInt32(), stage[2].GetBoolean(), stage[3].GetString()!,
                    [.. stage[4].EnumerateArray().Select(need => need.GetInt32())], [.. stage[5].EnumerateArray().Select(output => output.GetString()!)], stage[6].GetInt32())),
            ]);
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or IndexOutOfRangeException)
        {
            return null;
        }
    }
}
