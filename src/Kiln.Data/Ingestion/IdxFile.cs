using System.Buffers.Binary;
using System.Collections.Immutable;
using System.IO.Compression;

namespace Kiln.Data;

/// <summary>An array of bytes in the IDX format of the MNIST files, plain or gzip: images as [n, height, width], labels as [n].</summary>
public sealed record IdxFile
{
    const byte UnsignedByte = 8;

    /// <summary>The array's sizes.</summary>
    public required ImmutableArray<int> Sizes { get; init; }

    /// <summary>The values, the last dimension fastest.</summary>
    public required ReadOnlyMemory<byte> Values { get; init; }

    /// <summary>Bytes of one item: the product of all sizes but the first.</summary>
    public int ItemLength => Sizes.Skip(1).Aggregate(1, (product, size) => product * size);

    /// <summary>The items, in order.</summary>
    public IEnumerable<byte[]> Items => Enumerable.Range(0, Sizes[0]).Select(item => Values.Slice(item * ItemLength, ItemLength).ToArray());

    /// <summary>Reads a file of unsigned bytes; what its header says must be all there, and no more.</summary>
    /// <param name="path">The file.</param>
    /// <param name="dimensions">How many sizes it must have.</param>
    /// <exception cref="DataException">It cannot be read, is cut off or damaged, or is something else.</exception>
    public static IdxFile Read(string path, int dimensions)
    {
        var bytes = Unpacked(path);
        var start = 4 + (4 * dimensions);
        if (bytes.Length < start) throw Errors.NotIdx(path, $"it has {bytes.Length:#,0} bytes, fewer than a header of {dimensions} sizes");
        if (bytes is not [0, 0, UnsignedByte, ..] || bytes[3] != dimensions)
            throw Errors.NotIdx(path, $"it starts with {Convert.ToHexStringLower(bytes.AsSpan(0, 4))}, unsigned bytes of {dimensions} sizes with 000008{dimensions:x2}");
        var sizes = Enumerable.Range(0, dimensions).Select(place => BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(4 + (4 * place)))).ToImmutableArray();
        var expected = sizes.Aggregate(1.0, (product, size) => product * size);
        if (sizes.Any(size => size < 1) || expected != bytes.Length - start)
            throw Errors.NotIdx(path, $"its header promises {string.Join(" × ", sizes)} bytes, and {bytes.Length - start:#,0} follow");
        return new() { Sizes = sizes, Values = bytes.AsMemory(start) };
    }

    static byte[] Unpacked(string path)
    {
        try
        {
            var bytes = File.ReadAllBytes(path);
            if (bytes is not [0x1f, 0x8b, ..]) return bytes;
            using var gzip = new GZipStream(new MemoryStream(bytes), CompressionMode.Decompress);
            using var unpacked = new MemoryStream();
            gzip.CopyTo(unpacked);
            return unpacked.ToArray();
        }
        catch (InvalidDataException error)
        {
            throw Errors.BrokenGzip(path, error.Message);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Errors.CsvUnreadable(path, error.Message);
        }
    }
}
