using System.Text.Json;
using System.Text.Json.Serialization;

namespace Kiln.Running;

/// <summary>A run's facts as they travel to a worker whose stage asks for them.</summary>
static class FactsOnWire
{
    static readonly JsonSerializerOptions Options = new() { IncludeFields = true, Converters = { new OutcomeWord() } };

    public static JsonElement Write(RunFacts facts) => JsonSerializer.SerializeToElement(facts, Options);

    public static RunFacts Read(JsonElement facts) => facts.Deserialize<RunFacts>(Options)!;

    /// <summary>An outcome as its word and its reason.</summary>
    sealed class OutcomeWord : JsonConverter<Outcome>
    {
        public override Outcome Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options)
        {
            var parts = JsonSerializer.Deserialize<string[]>(ref reader, options)!;
            return parts[0] switch
            {
                "up to date" => new Outcome.UpToDate(),
                "restored" => new Outcome.Restored(),
                "ran" => new Outcome.Ran(),
                "skipped" => new Outcome.Skipped(parts[1]),
                "failed" => new Outcome.Failed(new KilnException(parts[1], [], "")),
                _ => new Outcome.Cancelled(),
            };
        }

        public override void Write(Utf8JsonWriter writer, Outcome value, JsonSerializerOptions options)
        {
            var reason = value switch { Outcome.Skipped skipped => skipped.Because, Outcome.Failed failed => failed.Error.Message, _ => "" };
            JsonSerializer.Serialize(writer, (string[])[value.Word, reason], options);
        }
    }
}
