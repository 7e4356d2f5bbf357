using System.Runtime.InteropServices;
using System.Text;

namespace Kiln.Fingerprinting;

/// <summary>
/// Deletes by the kernel's own calls: names are bytes, and what was written under a name that is no text has to go too. A folder that its
/// owner may not write in is made writable first, and stays so.
/// </summary>
static unsafe class FolderEraser
{
    const int BufferSize = 1 << 14, LengthAt = 16, KindAt = 18, NameAt = 19;
    const byte FolderKind = 4;
    const int IsAFolder = 21, NotPermitted = 1;
    const uint ForItsOwner = 0b111_000_000;
    static readonly int OpenFlags = Libc.CloseOnExec | Libc.OnlyFolder | Libc.OpenNoFollow;

    /// <summary>Deletes a folder with everything in it; nothing where it is not there.</summary>
    public static void Delete(string folder)
    {
        Empty(folder, []);
        if (Libc.UnlinkAt(Libc.AtFdCwd, folder, Libc.RemoveFolder) != 0 && Marshal.GetLastPInvokeError() != Libc.NoEntry) throw Libc.LastError(folder);
    }

    /// <summary>Deletes what is in a folder; links are deleted, not followed.</summary>
    /// <param name="folder">The folder; it may be missing.</param>
    /// <param name="kept">Folders in it, by relative paths, that stay and are emptied in their turn; those above them are named too.</param>
    public static void Empty(string folder, IReadOnlyCollection<string> kept)
    {
        fixed (byte* name = Encoding.UTF8.GetBytes(folder + '\0'))
        {
            var handle = Open(Libc.AtFdCwd, name);
            if (handle < 0 && Marshal.GetLastPInvokeError() == Libc.NoEntry) return;
            EmptyOpened(handle, folder, "", kept);
        }
    }

    /// <summary>Opens a folder, which its owner may have to be allowed first.</summary>
    static int Open(int parent, byte* name)
    {
        var handle = Libc.OpenAt(parent, name, OpenFlags);
        var isRefused = handle < 0 && Marshal.GetLastPInvokeError() == Libc.AccessDenied;
        return isRefused && Libc.ChangeModeAt(parent, name, ForItsOwner, 0) == 0 ? Libc.OpenAt(parent, name, OpenFlags) : handle;
    }

    /// <summary>Lets its owner write in a folder; false where that was so before.</summary>
    public static bool MakeWritable(string folder)
    {
        var mode = File.GetUnixFileMode(folder);
        File.SetUnixFileMode(folder, mode | (UnixFileMode)ForItsOwner);
        return !mode.HasFlag((UnixFileMode)ForItsOwner);
    }

    static void MakeWritable(int handle, string shown)
    {
        byte none = 0;
        if (Libc.StatX(handle, &none, Libc.EmptyPath, Libc.BasicStats, out var info) != 0) throw Libc.LastError(shown);
        if ((info.Mode & ForItsOwner) != ForItsOwner && Libc.ChangeMode(handle, (info.Mode & 0xFFFu) | ForItsOwner) != 0) throw Libc.LastError(shown);
    }

    static void EmptyOpened(int handle, string shown, string place, IReadOnlyCollection<string> kept)
    {
        if (handle < 0) throw Libc.LastError(shown);
        var buffer = (byte*)NativeMemory.Alloc(BufferSize);
        try
        {
            MakeWritable(handle, shown);
            nint filled;
            while ((filled = Libc.GetEntries(handle, buffer, BufferSize)) > 0)
                for (var at = buffer; at < buffer + filled; at += *(ushort*)(at + LengthAt)) Remove(handle, at[KindAt] == FolderKind, at + NameAt, shown, place, kept);
            if (filled < 0) throw Libc.LastError(shown);
        }
        finally
        {
            NativeMemory.Free(buffer);
            _ = Libc.Close(handle);
        }
    }

    static void Remove(int folder, bool isFolder, byte* name, string shown, string place, IReadOnlyCollection<string> kept)
    {
        var bytes = MemoryMarshal.CreateReadOnlySpanFromNullTerminated(name);
        if (bytes.SequenceEqual("."u8) || bytes.SequenceEqual(".."u8)) return;
        if (!isFolder)
        {
            if (Libc.UnlinkAt(folder, name, 0) == 0) return;
            var error = Marshal.GetLastPInvokeError();
            if (error == Libc.NoEntry) return;
            if (error is not (IsAFolder or NotPermitted)) throw Libc.LastError(shown); // not every file system tells kinds in lists
        }

        var text = Encoding.UTF8.GetString(bytes);
        var path = place.Length == 0 ? text : place + "/" + text;
        EmptyOpened(Open(folder, name), shown + "/" + text, path, kept);
        if (!kept.Contains(path) && Libc.UnlinkAt(folder, name, Libc.RemoveFolder) != 0) throw Libc.LastError(shown + "/" + text);
    }
}
