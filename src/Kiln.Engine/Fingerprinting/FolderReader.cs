using System.Runtime.InteropServices;
using System.Text;
using System.Text.Unicode;

namespace Kiln.Fingerprinting;

/// <summary>An entry of a folder, with its stamp: the link's own, where it is one.</summary>
readonly record struct FolderEntry(string Name, FileStamp Stamp);

/// <summary>
/// Reads folders by the kernel's own calls: one for many names, and one a name for its stamp. A name is bytes to the kernel; only here can one
/// that is no text be seen, for .NET gives it another name, under which there is nothing.
/// </summary>
static unsafe class FolderReader
{
    const int BufferSize = 1 << 16, LengthAt = 16, NameAt = 19;

    /// <summary>A folder's entries, in the order the kernel has them.</summary>
    /// <exception cref="KilnException">A name is no text.</exception>
    public static List<FolderEntry> Read(string folder)
    {
        var handle = Libc.Open(folder, Libc.CloseOnExec);
        if (handle < 0) throw Libc.LastError(folder);
        var buffer = (byte*)NativeMemory.Alloc(BufferSize);
        try
        {
            var entries = new List<FolderEntry>();
            while (true)
            {
                var filled = Libc.GetEntries(handle, buffer, BufferSize);
                if (filled < 0) throw Libc.LastError(folder);
                if (filled == 0) return entries;
                for (var at = buffer; at < buffer + filled; at += *(ushort*)(at + LengthAt)) Add(entries, folder, handle, at + NameAt);
            }
        }
        finally
        {
            NativeMemory.Free(buffer);
            _ = Libc.Close(handle);
        }
    }

    static void Add(List<FolderEntry> entries, string folder, int handle, byte* name)
    {
        var bytes = MemoryMarshal.CreateReadOnlySpanFromNullTerminated(name);
        if (bytes.SequenceEqual("."u8) || bytes.SequenceEqual(".."u8)) return;
        if (!Utf8.IsValid(bytes)) throw Errors.NameIsNotText(folder, Escaped(bytes));
        if (Libc.StatX(handle, name, Libc.NoFollow, Libc.BasicStats, out var info) == 0) entries.Add(new FolderEntry(Encoding.UTF8.GetString(bytes), FileStamp.Of(info)));
        else if (Marshal.GetLastPInvokeError() != Libc.NoEntry) throw Libc.LastError(Path.Combine(folder, Encoding.UTF8.GetString(bytes)));
    }

    /// <summary>Printable ASCII as it is, any other byte as \xNN.</summary>
    static string Escaped(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder();
        foreach (var letter in bytes)
            if (letter is >= (byte)' ' and <= (byte)'~' and not (byte)'\\') text.Append((char)letter);
            else text.Append("\\x").Append(letter.ToString("X2"));
        return text.ToString();
    }
}
