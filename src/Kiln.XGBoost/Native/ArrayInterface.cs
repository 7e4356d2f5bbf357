using System.Text.Unicode;

namespace Kiln.XGBoost.Native;

/// <summary>Writes the JSON by which the library is told where an array lies: it reads the values in place.</summary>
static class ArrayInterface
{
    /// <summary>Bytes enough for any array's description, its closing zero included.</summary>
    public const int Size = 192;

    /// <summary>Describes a row-major matrix of 4-byte numbers: <c>&lt;f4</c> or <c>&lt;u4</c>.</summary>
    public static unsafe void Write(Span<byte> text, void* data, long rows, long columns, string type = "<f4")
    {
        Utf8.TryWrite(
            text, $$"""{"data":[{{(ulong)data}},true],"shape":[{{rows}},{{columns}}],"typestr":"{{type}}","version":3}""", out var written);
        text[written] = 0;
    }
}
