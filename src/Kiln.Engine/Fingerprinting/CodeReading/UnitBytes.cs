using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Kiln.Fingerprinting.CodeReading;

/// <summary>The bytes a unit's hash is taken of: each value with its length, so that no two contents run together the same.</summary>
sealed class UnitBytes
{
    readonly ArrayBufferWriter<byte> _bytes = new(1024);

    public ContentHash Hash => ContentHash.Of(_bytes.WrittenSpan);

    public void Write(int value)
    {
        BinaryPrimitives.WriteInt32LittleEndian(_bytes.GetSpan(4), value);
        _bytes.Advance(4);
    }

    public void Write(bool value) => Write(value ? 1 : 0);

    public void Write(string text)
    {
        Write(Encoding.UTF8.GetByteCount(text));
        _bytes.Advance(Encoding.UTF8.GetBytes(text, _bytes.GetSpan(3 * text.Length)));
    }

    public void Write(ReadOnlySpan<byte> bytes)
    {
        Write(bytes.Length);
        _bytes.Write(bytes);
    }
}
