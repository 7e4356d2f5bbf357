using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;

namespace Kiln.XGBoost;

/// <summary>
/// A training after a round: the model so far, what was measured, and the facts that must be the same for going on to give the same bits.
/// As JSON, with the model's own inside as text.
/// </summary>
sealed record Checkpoint(ImmutableArray<string> Facts, ImmutableArray<ImmutableArray<MetricValue>> Rounds, byte[] Model)
{
    const string Format = "kiln-xgboost-1";

    public byte[] ToBytes()
    {
        using var stream = new MemoryStream(Model.Length / 3 * 4 + 4096);
        using (var writer = new Utf8JsonWriter(stream))
        {
            writer.WriteStartObject();
            writer.WriteString("checkpoint", Format);
            Write(writer, "facts", Facts);
            writer.WriteStartArray("rounds");
            foreach (var round in Rounds)
            {
                writer.WriteStartArray();
                foreach (var metric in round)
                {
                    writer.WriteStartArray();
                    writer.WriteStringValue(metric.Evaluation);
                    writer.WriteStringValue(metric.Metric);
                    writer.WriteStringValue(metric.Value.ToString("R", CultureInfo.InvariantCulture)); // as text: it may be no number
                    writer.WriteEndArray();
                }

                writer.WriteEndArray();
            }

            writer.WriteEndArray();
            writer.WriteBase64String("model", Model); // XGBoost's JSON has NaN in it
            writer.WriteEndObject();
        }

        return stream.ToArray();
    }

    /// <exception cref="XGBoostException">The bytes are no checkpoint, or one of another training.</exception>
    public static Checkpoint Read(ReadOnlyMemory<byte> bytes, ImmutableArray<string> facts)
    {
        Checkpoint checkpoint;
        try
        {
            using var document = JsonDocument.Parse(bytes);
            var root = document.RootElement;
            if (root.GetProperty("checkpoint").GetString() != Format) throw Errors.NoCheckpoint("it is of another format");
            checkpoint = new(
                [.. root.GetProperty("facts").EnumerateArray().Select(fact => fact.GetString()!)],
                [.. root.GetProperty("rounds").EnumerateArray().Select(round => round.EnumerateArray().Select(Metric).ToImmutableArray())],
                root.GetProperty("model").GetBytesFromBase64());
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or KeyNotFoundException or FormatException or IndexOutOfRangeException)
        {
            throw Errors.NoCheckpoint("it is not a whole checkpoint");
        }

        if (checkpoint.Facts.Except(facts).FirstOrDefault() is { } was)
            throw Errors.NoCheckpoint($"it is of a training with {was}, and this one has {facts.Except(checkpoint.Facts).FirstOrDefault() ?? "not"}");
        if (facts.Except(checkpoint.Facts).FirstOrDefault() is { } now) throw Errors.NoCheckpoint($"it is of a training without {now}");
        return checkpoint;
    }

    static MetricValue Metric(JsonElement metric) =>
        new(metric[0].GetString()!, metric[1].GetString()!, double.Parse(metric[2].GetString()!, CultureInfo.InvariantCulture));

    static void Write(Utf8JsonWriter writer, string name, IEnumerable<string> texts)
    {
        writer.WriteStartArray(name);
        foreach (var text in texts) writer.WriteStringValue(text);
        writer.WriteEndArray();
    }
}
