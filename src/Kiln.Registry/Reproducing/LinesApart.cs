using System.Text;

namespace Kiln.Registry;

/// <summary>The lines of two texts at the first byte in which these differ.</summary>
/// <param name="Number">Which line it is, from 1.</param>
/// <param name="Was">What it was: of a long line the part around that byte. Empty where the text ended before.</param>
/// <param name="Now">What it is now.</param>
sealed record LinesApart(long Number, string Was, string Now)
{
    const int Around = 40, Longest = 3 * Around;

    static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: false);

    /// <summary>Reads them; null where one is not a text there.</summary>
    /// <param name="was">A file.</param>
    /// <param name="now">Another.</param>
    /// <param name="at">The first byte that differs.</param>
    public static LinesApart? Of(string was, string now, long at) => LineAt(was, at) is { } one && LineAt(now, at) is { } other ? new(NumberAt(was, at), one, other) : null;

    static string? LineAt(string file, long at)
    {
        using var stream = File.OpenRead(file);
        stream.Position = Math.Max(0, at - Longest);
        var (window, before) = (new byte[2 * Longest], (int)(at - stream.Position));
        var bytes = window.AsSpan(0, stream.ReadAtLeast(window, window.Length, throwOnEndOfStream: false));
        if (bytes.ContainsAnyInRange<byte>(0, 8) || bytes.ContainsAnyInRange<byte>(14, 31)) return null;
        var (begin, end) = (bytes[..Math.Min(before, bytes.Length)].LastIndexOf((byte)'\n') + 1, bytes[Math.Min(before, bytes.Length)..].IndexOf((byte)'\n') is >= 0 and var rest ? before + rest : bytes.Length);
        var (from, to) = (Math.Max(begin, before - Around), Math.Min(end, before + Around));
        // No character is cut in two.
        while (from > begin && IsWithin(bytes[from])) from--;
        while (to > from && to < end && IsWithin(bytes[to])) to--;
        var line = Utf8.GetString(bytes[Math.Min(from, to)..to]);
        return line.Contains('\uFFFD') ? null : (from > begin || (begin == 0 && at > before) ? "…" : "") + line.TrimEnd('\r') + (to < end || (end == bytes.Length && end == window.Length) ? "…" : "");
    }

    static bool IsWithin(byte value) => (value & 0xC0) == 0x80;

    static long NumberAt(string file, long at)
    {
        using var stream = File.OpenRead(file);
        var (buffer, number) = (new byte[1 << 16], 1L);
        for (var left = at; left > 0;)
        {
            var count = stream.Read(buffer, 0, (int)Math.Min(left, buffer.Length));
            if (count == 0) break;
            number += buffer.AsSpan(0, count).Count((byte)'\n');
            left -= count;
        }
        return number;
    }
}
