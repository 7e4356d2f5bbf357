using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text.Json;

namespace Kiln.Torch;

/// <summary>A tensor's place in a safetensors file.</summary>
sealed record SafeTensorsEntry(string Name, ScalarType Type, ImmutableArray<long> Shape, long Begin, long End);

/// <summary>
/// The header of a safetensors file: 8 bytes of length, JSON, then the data without gaps. It comes from outside, so every number
/// in it is checked against the file before anything is allocated by it.
/// </summary>
sealed record SafeTensorsHeader(ImmutableArray<SafeTensorsEntry> Entries, ImmutableSortedDictionary<string, string> Metadata, long DataStart)
{
    const long MostBytes = 100_000_000;
    const string MetadataName = "__metadata__";

    static readonly (string Name, ScalarType Type)[] types =
    [
        ("BOOL", ScalarType.Bool), ("U8", ScalarType.UInt8), ("I8", ScalarType.Int8), ("I16", ScalarType.Int16), ("I32", ScalarType.Int32),
        ("I64", ScalarType.Int64), ("F16", ScalarType.Float16), ("BF16", ScalarType.BFloat16), ("F32", ScalarType.Float32), ("F64", ScalarType.Float64),
    ];

    public static string NameOf(ScalarType type) => types.First(known => known.Type == type).Name;

    /// <summary>Reads and checks the header; the stream is left at the first byte of data.</summary>
    public static SafeTensorsHeader Read(Stream stream, string path)
    {
        try
        {
            return Parse(stream, path);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or FormatException or OverflowException or EndOfStreamException)
        {
            // What the other errors say is of the program that reads.
            throw Errors.BadFile(path, "the header is not what safetensors prescribes" + (exception is JsonException ? ": " + exception.Message.Split(" LineNumber:")[0] : ""));
        }
    }

    static SafeTensorsHeader Parse(Stream stream, string path)
    {
        Span<byte> prefix = stackalloc byte[sizeof(ulong)];
        if (stream.Length < prefix.Length) throw Errors.BadFile(path, $"it has {stream.Length} bytes; a header's length alone takes 8");
        stream.ReadExactly(prefix);
        var length = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (length > MostBytes || (long)length > stream.Length - prefix.Length)
            throw Errors.BadFile(path, $"the header claims {length} bytes, the file has {stream.Length}; at most {MostBytes} are read");
        var json = new byte[length];
        stream.ReadExactly(json);
        using var document = JsonDocument.Parse(json, new JsonDocumentOptions { AllowDuplicateProperties = false, MaxDepth = 8 });
        var metadata = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        var entries = new List<SafeTensorsEntry>();
        foreach (var property in document.RootElement.EnumerateObject())
        {
            if (property.Name != MetadataName) entries.Add(ParseEntry(property, path));
            else
                foreach (var text in property.Value.EnumerateObject())
                    metadata.Add(text.Name, text.Value.GetString() ?? throw Errors.BadFile(path, $"the metadata {text.Name} is null"));
        }
        CheckCoverage(entries, stream.Length - stream.Position, path);
        return new([.. entries], metadata.ToImmutable(), stream.Position);
    }

    static SafeTensorsEntry ParseEntry(JsonProperty property, string path)
    {
        if (property.Value.EnumerateObject().Count() != 3) throw Errors.BadFile(path, $"{property.Name} does not have exactly dtype, shape and data_offsets");
        if (!property.Value.TryGetProperty("dtype", out var dtype) || !property.Value.TryGetProperty("shape", out var sizes)
            || !property.Value.TryGetProperty("data_offsets", out var offsets) || offsets.GetArrayLength() != 2)
        {
            throw Errors.BadFile(path, $"{property.Name} lacks dtype, shape or two data_offsets");
        }
        var type = types.FirstOrDefault(known => known.Name == dtype.GetString());
        if (type.Name is null) throw Errors.BadFile(path, $"{property.Name} has the unknown type {dtype.GetString()}");
        ImmutableArray<long> shape = [.. sizes.EnumerateArray().Select(size => size.GetInt64())];
        var (begin, end) = (offsets[0].GetInt64(), offsets[1].GetInt64());
        if (shape.Any(size => size < 0)) throw Errors.BadFile(path, $"{property.Name} has a negative size");
        var bytes = shape.Aggregate((long)ScalarTypes.SizeOf(type.Type), (product, size) => checked(product * size));
        if (begin < 0 || end < begin || end - begin != bytes)
            throw Errors.BadFile(path, $"{property.Name} [{string.Join(", ", shape)}] takes {bytes} bytes, its offsets are {begin} to {end}");
        return new(property.Name, type.Type, shape, begin, end);
    }

    // Every byte of data belongs to exactly one tensor: nothing overlaps and nothing hides in a gap.
    static void CheckCoverage(IEnumerable<SafeTensorsEntry> entries, long bytes, string path)
    {
        var reached = 0L;
        foreach (var entry in entries.OrderBy(entry => entry.Begin).ThenBy(entry => entry.End))
        {
            if (entry.Begin != reached) throw Errors.BadFile(path, $"{entry.Name} begins at byte {entry.Begin} of the data; {reached} is next");
            reached = entry.End;
        }
        if (reached != bytes) throw Errors.BadFile(path, $"the tensors take {reached} bytes, the file holds {bytes}");
    }

    /// <summary>The bytes before the data, in one fixed order: equal content gives equal bytes.</summary>
    public static byte[] Compose(IEnumerable<SafeTensorsEntry> entries, IReadOnlyDictionary<string, string> metadata)
    {
        var json = new MemoryStream();
        using (var writer = new Utf8JsonWriter(json))
        {
            writer.WriteStartObject();
            if (metadata.Count > 0)
            {
                writer.WriteStartObject(MetadataName);
                foreach (var (name, text) in metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal)) writer.WriteString(name, text);
                writer.WriteEndObject();
            }
            foreach (var entry in entries) WriteEntry(writer, entry);
            writer.WriteEndObject();
        }
        while (json.Length % sizeof(ulong) != 0) json.WriteByte((byte)' ');
        var bytes = new byte[sizeof(ulong) + json.Length];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, (ulong)json.Length);
        json.GetBuffer().AsSpan(0, (int)json.Length).CopyTo(bytes.AsSpan(sizeof(ulong)));
        return bytes;
    }

    static void WriteEntry(Utf8JsonWriter writer, SafeTensorsEntry entry)
    {
        writer.WriteStartObject(entry.Name);
        writer.WriteString("dtype", NameOf(entry.Type));
        writer.WriteStartArray("shape");
        foreach (var size in entry.Shape) writer.WriteNumberValue(size);
        writer.WriteEndArray();
        writer.WriteStartArray("data_offsets");
        writer.WriteNumberValue(entry.Begin);
        writer.WriteNumberValue(entry.End);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}
