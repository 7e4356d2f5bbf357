using System.Collections.Immutable;

namespace Kiln.Torch;

/// <summary>
/// Reads and writes safetensors files: names, types, shapes and raw numbers, and nothing that could run. PyTorch's
/// <c>safetensors.torch</c> reads what this writes and the other way round.
/// </summary>
public static class SafeTensors
{
    /// <summary>
    /// Writes the file so that it appears whole or not at all. Equal tensors and metadata give equal bytes, whatever the order
    /// of the dictionaries.
    /// </summary>
    public static void Write(string path, IReadOnlyDictionary<string, Tensor> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        var staged = path + ".new";
        using (var stream = new FileStream(staged, FileMode.Create, FileAccess.Write))
        {
            Write(stream, tensors, metadata);
            stream.Flush(flushToDisk: true);
        }
        File.Move(staged, path, overwrite: true);
    }

    /// <summary>Writes to a stream.</summary>
    public static void Write(Stream stream, IReadOnlyDictionary<string, Tensor> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        var entries = new List<SafeTensorsEntry>();
        var end = 0L;
        // Wide elements first, so that every tensor is aligned to its element's size; then by name.
        var ordered = tensors.OrderByDescending(pair => ScalarTypes.SizeOf(pair.Value.ScalarType)).ThenBy(pair => pair.Key, StringComparer.Ordinal);
        foreach (var (name, tensor) in ordered)
        {
            var begin = end;
            end += tensor.ElementCount * ScalarTypes.SizeOf(tensor.ScalarType);
            entries.Add(new(name, tensor.ScalarType, tensor.Shape, begin, end));
        }
        stream.Write(SafeTensorsHeader.Compose(entries, metadata ?? ImmutableDictionary<string, string>.Empty));
        foreach (var entry in entries)
        {
            using var here = tensors[entry.Name].To(Device.Cpu);
            using var rows = here.Contiguous();
            rows.WriteTo(stream);
        }
    }

    /// <summary>Reads all tensors, to the CPU.</summary>
    /// <exception cref="TorchException">The file is not safetensors, or its header lies.</exception>
    public static SafeTensorsFile Read(string path)
    {
        using var stream = File.OpenRead(path);
        return Read(stream, path);
    }

    /// <summary>Reads all tensors from a stream that can seek; <paramref name="name"/> is for errors.</summary>
    /// <exception cref="TorchException">The content is not safetensors, or its header lies.</exception>
    public static SafeTensorsFile Read(Stream stream, string name)
    {
        var header = SafeTensorsHeader.Read(stream, name);
        var tensors = new Dictionary<string, Tensor>(StringComparer.Ordinal);
        try
        {
            foreach (var entry in header.Entries)
            {
                var tensor = TensorScope.Free(Tensor.Empty(entry.Shape.AsSpan(), entry.Type));
                tensors.Add(entry.Name, tensor);
                stream.Position = header.DataStart + entry.Begin;
                tensor.ReadFrom(stream);
            }
        }
        catch
        {
            foreach (var tensor in tensors.Values) tensor.Dispose();
            throw;
        }
        return new() { Tensors = tensors, Metadata = header.Metadata };
    }

    /// <summary>
    /// Names the first tensor, in the order of the file, that two files do not share to the bit, and its first element that differs; null
    /// where only other parts differ, or nothing does.
    /// </summary>
    /// <exception cref="TorchException">One of them is not safetensors.</exception>
    public static string? FirstDifference(string one, string other)
    {
        using var left = File.OpenRead(one);
        using var right = File.OpenRead(other);
        var (leftHeader, rightHeader) = (SafeTensorsHeader.Read(left, one), SafeTensorsHeader.Read(right, other));
        var rightEntries = rightHeader.Entries.ToDictionary(entry => entry.Name, StringComparer.Ordinal);
        foreach (var entry in leftHeader.Entries.OrderBy(entry => entry.Begin))
        {
            if (!rightEntries.Remove(entry.Name, out var twin)) return $"tensor {entry.Name} is only in one";
            if (entry.Type != twin.Type || !entry.Shape.SequenceEqual(twin.Shape)) return $"tensor {entry.Name} has another type or shape";
            left.Position = leftHeader.DataStart + entry.Begin;
            right.Position = rightHeader.DataStart + twin.Begin;
            if (FirstByteApart(left, right, entry.End - entry.Begin) is { } at) return $"tensor {entry.Name} at {Coordinates(at / ScalarTypes.SizeOf(entry.Type), entry.Shape)}";
        }

        return rightEntries.Keys.Order(StringComparer.Ordinal).FirstOrDefault() is { } further ? $"tensor {further} is only in one" : null;
    }

    static long? FirstByteApart(Stream left, Stream right, long length)
    {
        var (ours, theirs) = (new byte[1 << 16], new byte[1 << 16]);
        for (var done = 0L; done < length;)
        {
            var count = (int)Math.Min(ours.Length, length - done);
            left.ReadExactly(ours, 0, count);
            right.ReadExactly(theirs, 0, count);
            var same = ours.AsSpan(0, count).CommonPrefixLength(theirs.AsSpan(0, count));
            if (same < count) return done + same;
            done += count;
        }

        return null;
    }

    static string Coordinates(long element, ImmutableArray<long> shape)
    {
        var place = new long[shape.Length];
        for (var axis = shape.Length - 1; axis >= 0; axis--) (element, place[axis]) = Math.DivRem(element, shape[axis]);
        return $"[{string.Join(", ", place)}]";
    }

    /// <summary>Reads only the texts beside the tensors.</summary>
    /// <exception cref="TorchException">The file is not safetensors, or its header lies.</exception>
    public static ImmutableSortedDictionary<string, string> ReadMetadata(string path)
    {
        using var stream = File.OpenRead(path);
        return SafeTensorsHeader.Read(stream, path).Metadata;
    }
}
