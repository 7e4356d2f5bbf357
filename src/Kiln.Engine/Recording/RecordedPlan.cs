using System.Buffers;
using System.Collections.Immutable;
using System.Text.Json;
using Kiln.Planning;

namespace Kiln.Recording;

/// <summary>A stage of a recorded plan.</summary>
/// <param name="Group">Its name without a key.</param>
/// <param name="Key">Its partition's key; null for a whole stage.</param>
/// <param name="Needs">The places in the plan of what it needs.</param>
/// <param name="IsTask">Whether it always runs.</param>
public sealed record RecordedStep(string Group, string? Key, ImmutableArray<int> Needs, bool IsTask)
{
    /// <summary>The full name, with the partition's key.</summary>
    public string Name => Key is null ? Group : $"{Group}[{Key}]";

    /// <summary>A stage of which no more than its full name is known.</summary>
    internal static RecordedStep Named(string name) => name.IndexOf('[') is > 0 and var at && name[^1] == ']'
        ? new RecordedStep(name[..at], name[(at + 1)..^1], [], false) : new RecordedStep(name, null, [], false);
}

/// <summary>The stages a run looked at, as JSON: <c>[group, key, [needs], isTask]</c> each. Runs of one plan share its text, by hash.</summary>
static class RecordedPlan
{
    public static ReadOnlyMemory<byte> Of(IReadOnlyList<PlannedStage> stages)
    {
        var placeOf = new Dictionary<string, int>(stages.Count, StringComparer.Ordinal); // a run that declares again has a stage twice, under one name
        for (var i = 0; i < stages.Count; i++) placeOf[stages[i].Name] = i;
        var bytes = new ArrayBufferWriter<byte>(32 * stages.Count + 2);
        using var json = new Utf8JsonWriter(bytes);
        json.WriteStartArray();
        foreach (var stage in stages)
        {
            json.WriteStartArray();
            json.WriteStringValue(stage.Stage.Name);
            json.WriteStringValue(stage.Stage.PartitionKey);
            json.WriteStartArray();
            foreach (var need in stage.Needs)
                if (placeOf.TryGetValue(need.Name, out var place)) json.WriteNumberValue(place); // under --exclusive what it needs is no part of the run
            json.WriteEndArray();
            json.WriteBooleanValue(stage.IsTask);
            json.WriteEndArray();
        }

        json.WriteEndArray();
        json.Flush();
        return bytes.WrittenMemory;
    }

    public static ImmutableArray<RecordedStep> Parse(string text)
    {
        using var json = JsonDocument.Parse(text);
        return
        [
            .. json.RootElement.EnumerateArray().Select(stage => new RecordedStep(
                stage[0].GetString()!, stage[1].GetString(), [.. stage[2].EnumerateArray().Select(need => need.GetInt32())], stage[3].GetBoolean())),
        ];
    }
}
