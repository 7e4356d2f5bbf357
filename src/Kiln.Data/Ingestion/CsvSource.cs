using System.IO.Compression;

namespace Kiln.Data;

/// <summary>
/// The bytes of a CSV file, plain or gzip (recognized by its first bytes). Neither GZipStream nor DuckDB notices every truncated gzip:
/// one cut where a block ends reads as a shorter file. So a known member is appended to the file, and the text must end with its content.
/// </summary>
sealed class CsvSource : IDisposable
{
    static readonly byte[] Mark = "\u0001kiln: nothing after this is data\u0001"u8.ToArray();
    static readonly byte[] MarkMember = Compressed(Mark);

    readonly string _path;
    readonly Stream _stream;
    readonly bool _isGzip;
    readonly byte[] _held = new byte[Mark.Length];
    int _heldCount;

    public CsvSource(string path)
    {
        _path = path;
        _stream = Open(path);
        Span<byte> start = stackalloc byte[2];
        var read = _stream.ReadAtLeast(start, 2, throwOnEndOfStream: false);
        _stream.Position = 0;
        _isGzip = read == 2 && start is [0x1f, 0x8b];
        if (!_isGzip)
        {
            if (read > 0 && path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase)) throw Errors.NotGzip(path);
            return;
        }
        var member = new MemoryStream();
        using (_stream) _stream.CopyTo(member);
        member.Write(MarkMember);
        member.Position = 0;
        _stream = new GZipStream(member, CompressionMode.Decompress);
    }

    /// <summary>Reads some bytes; 0 at the end.</summary>
    /// <exception cref="ContractException">The gzip is truncated or damaged.</exception>
    public int Read(Span<byte> to)
    {
        if (!_isGzip) return _stream.Read(to);
        try
        {
            while (true)
            {
                var count = _stream.Read(to);
                if (count == 0) return _held.AsSpan(0, _heldCount).SequenceEqual(Mark) ? 0 : throw Errors.BrokenGzip(_path, "it ends too early");
                var ready = HoldBack(to, count);
                if (ready > 0) return ready;
            }
        }
        catch (InvalidDataException e)
        {
            throw Errors.BrokenGzip(_path, e.Message);
        }
    }

    public void Dispose() => _stream.Dispose();

    // The last bytes may be the mark: they are given out only when more bytes follow them.
    int HoldBack(Span<byte> to, int count)
    {
        var all = new byte[_heldCount + count];
        _held.AsSpan(0, _heldCount).CopyTo(all);
        to[..count].CopyTo(all.AsSpan(_heldCount));
        var ready = Math.Max(0, all.Length - Mark.Length);
        all.AsSpan(0, ready).CopyTo(to);
        _heldCount = all.Length - ready;
        all.AsSpan(ready).CopyTo(_held);
        return ready;
    }

    static FileStream Open(string path)
    {
        try
        {
            return new(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Errors.CsvUnreadable(path, e.Message);
        }
    }

    static byte[] Compressed(byte[] content)
    {
        var member = new MemoryStream();
        using (var gzip = new GZipStream(member, CompressionLevel.Optimal, leaveOpen: true)) gzip.Write(content);
        return member.ToArray();
    }
}
