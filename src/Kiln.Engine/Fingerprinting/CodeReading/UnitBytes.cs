using System.Buffers.Binary;
using System.Text;

namespace Kiln.Fingerprinting.CodeReading;

/// <summary>The bytes a unit's hash is taken of: each value with its length, so that no two contents run together the same.</summary>
sealed class UnitBytes
{
    byte[] _bytes = new byte[1024];
    int _length;

    public ContentHash Hash => ContentHash.Of(_bytes.AsSpan(0, _length));

    public void Write(int value)
    {
        BinaryPrimitives.WriteInt32LittleEndian(Room(4), value);
        _length += 4;
    }

    public void Write(bool value) => Write(value ? 1 : 0);

    public void Write(string text)
    {
        var written = Encoding.UTF8.GetBytes(text, Room(4 + 3 * text.Length)[4..]);
        Write(written);
        _length += written;
    }

    public void Write(ReadOnlySpan<byte> bytes)
    {
        Write(bytes.Length);
        bytes.CopyTo(Room(bytes.Length));
        _length += bytes.Length;
    }

    Span<byte> Room(int size)
    {
        if (_bytes.Length - _length < size) Array.Resize(ref _bytes, Math.Max(2 * _bytes.Length, _length + size));
        return _bytes.AsSpan(_length);
    }
}
