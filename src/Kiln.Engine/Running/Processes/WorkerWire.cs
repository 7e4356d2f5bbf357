using System.Buffers;
using System.Text;
using System.Text.Json;
using Microsoft.Win32.SafeHandles;

namespace Kiln.Running;

/// <summary>What a worker tells its caller, one line each: a JSON array of the word and its values.</summary>
static class WorkerWord
{
    public const string Note = "note", Conclude = "conclude", Progress = "progress", Metric = "metric", Facts = "facts", Failed = "failed", Done = "done";

    /// <summary>The worker's descriptors: where it tells, and where it is answered.</summary>
    public const int Telling = 4, Answered = 5;
}

/// <summary>One end of the pipes between a worker and its caller.</summary>
sealed class WorkerWire(SafeFileHandle reading, SafeFileHandle writing) : IDisposable
{
    readonly StreamReader _reader = new(new FileStream(reading, FileAccess.Read, bufferSize: 0), Encoding.UTF8);
    readonly FileStream _writer = new(writing, FileAccess.Write, bufferSize: 0);
    readonly Lock _gate = new();

    /// <summary>Says a word with its values: texts, numbers, and JSON that is there already.</summary>
    public void Say(string word, params ReadOnlySpan<object> values)
    {
        var line = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(line))
        {
            json.WriteStartArray();
            json.WriteStringValue(word);
            foreach (var value in values)
                if (value is string text) json.WriteStringValue(text);
                else if (value is long number) json.WriteNumberValue(number);
                else if (value is double real) json.WriteStringValue(real.ToString("R")); // also those JSON has no number for
                else if (value is JsonElement element) element.WriteTo(json);
            json.WriteEndArray();
        }

        line.Write("\n"u8);
        lock (_gate) _writer.Write(line.WrittenSpan);
    }

    /// <summary>Waits for the next word; null where the other end is gone.</summary>
    public JsonElement[]? Hear()
    {
        if (_reader.ReadLine() is not { } line) return null;
        using var document = JsonDocument.Parse(line);
        return [.. document.RootElement.Clone().EnumerateArray()];
    }

    public void Dispose()
    {
        _reader.Dispose();
        _writer.Dispose();
    }
}
