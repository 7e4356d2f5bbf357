using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Kiln.Fingerprinting;

/// <summary>A SHA-256 value: the identity of a file's bytes, a folder's tree, or a manifest.</summary>
public readonly record struct ContentHash
{
    /// <summary>The number of bytes of a hash.</summary>
    public const int Size = 32;

    readonly ulong _a, _b, _c, _d;

    /// <summary>Reads a hash from its 32 bytes.</summary>
    public ContentHash(ReadOnlySpan<byte> bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(bytes.Length, Size);
        _a = BinaryPrimitives.ReadUInt64BigEndian(bytes);
        _b = BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]);
        _c = BinaryPrimitives.ReadUInt64BigEndian(bytes[16..]);
        _d = BinaryPrimitives.ReadUInt64BigEndian(bytes[24..]);
    }

    /// <summary>The first 12 hexadecimal digits: enough for a person to tell two apart.</summary>
    public string Short => ToString()[..12];

    /// <summary>Hashes bytes in memory.</summary>
    public static ContentHash Of(ReadOnlySpan<byte> bytes)
    {
        Span<byte> hash = stackalloc byte[Size];
        SHA256.HashData(bytes, hash);
        return new ContentHash(hash);
    }

    /// <summary>Hashes the rest of a stream.</summary>
    public static ContentHash Of(Stream stream)
    {
        Span<byte> hash = stackalloc byte[Size];
        SHA256.HashData(stream, hash);
        return new ContentHash(hash);
    }

    /// <summary>Hashes what is at a path as the engine does: a file's bytes (what is executable is another thing), or the tree of a folder; null where there is nothing.</summary>
    /// <param name="path">The file or folder; links are followed.</param>
    /// <param name="bytesOnly">Whether it does not count that a file is executable, as of libraries that are installed.</param>
    /// <exception cref="KilnException">It is neither, or changes meanwhile.</exception>
    public static ContentHash? OfPath(string path, bool bytesOnly = false) => bytesOnly ? new FileHashes([]).OfBytes(path) : new FileHashes([]).Of(path);

    /// <summary>The hash of an executable file whose bytes have this hash: what may be executed is another thing than what may not.</summary>
    internal ContentHash AsExecutable()
    {
        Span<byte> text = stackalloc byte[Size + 18];
        "kiln executable 1\n"u8.CopyTo(text);
        CopyTo(text[18..]);
        return Of(text);
    }

    /// <summary>Reads 64 hexadecimal digits.</summary>
    /// <exception cref="FormatException">They are not.</exception>
    public static ContentHash Parse(string text) =>
        text.Length == 2 * Size ? new ContentHash(Convert.FromHexString(text)) : throw new FormatException("A hash has 64 hexadecimal digits.");

    /// <summary>Reads 64 hexadecimal digits, or tells that these are not.</summary>
    public static bool TryParse(string text, out ContentHash hash)
    {
        Span<byte> bytes = stackalloc byte[Size];
        var isHash = text.Length == 2 * Size && Convert.FromHexString(text, bytes, out _, out _) == System.Buffers.OperationStatus.Done;
        hash = isHash ? new ContentHash(bytes) : default;
        return isHash;
    }

    /// <summary>Writes the 32 bytes.</summary>
    public void CopyTo(Span<byte> bytes)
    {
        BinaryPrimitives.WriteUInt64BigEndian(bytes, _a);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], _b);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[16..], _c);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[24..], _d);
    }

    /// <summary>The 64 lower-case hexadecimal digits.</summary>
    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[Size];
        CopyTo(bytes);
        return Convert.ToHexStringLower(bytes);
    }
}
