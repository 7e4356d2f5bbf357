using System.Runtime.InteropServices;

namespace Kiln.Fingerprinting;

/// <summary>What the file system tells of a file without reading it. Times are in nanoseconds since 1970.</summary>
readonly record struct FileStamp(long Size, long Modified, long Changed, ulong Inode, FileKind Kind)
{
    /// <summary>
    /// Two changes within one tick of the file system's clock leave one stamp: younger than this, a stamp proves nothing. The kernel tells how long a
    /// tick is, 4 ms on most machines; it is counted twice.
    /// </summary>
    public static readonly long Racy = 2 * Libc.Tick;

    const int OwnerMayExecute = 0x40;

    /// <summary>The stamp of a path, not following a symbolic link; null where there is nothing.</summary>
    public static FileStamp? Of(string path)
    {
        if (Libc.StatX(Libc.AtFdCwd, path, Libc.NoFollow, Libc.BasicStats, out var info) == 0) return Of(info);
        return Marshal.GetLastPInvokeError() is Libc.NoEntry or Libc.NotADirectory ? null : throw Libc.LastError(path);
    }

    /// <summary>The stamp of what a path leads to, following links; null where there is nothing, or a link that leads nowhere.</summary>
    public static FileStamp? OfTarget(string path)
    {
        if (Libc.StatX(Libc.AtFdCwd, path, 0, Libc.BasicStats, out var info) == 0) return Of(info);
        return Marshal.GetLastPInvokeError() is Libc.NoEntry or Libc.NotADirectory ? null : throw Libc.LastError(path);
    }

    public static FileStamp Of(in Libc.StatXInfo info)
    {
        var kind = (info.Mode & 0xF000) switch
        {
            0x8000 => (info.Mode & OwnerMayExecute) != 0 ? FileKind.Executable : FileKind.File,
            0x4000 => FileKind.Folder,
            0xA000 => FileKind.Link,
            _ => FileKind.Other,
        };
        return new FileStamp((long)info.Size, info.Modified.Nanoseconds, info.Changed.Nanoseconds, info.Inode, kind);
    }

    /// <summary>
    /// Whether a later change could have left this same stamp, seen from the time of recording. Every change moves the change time, and
    /// nobody can set it, so a modification time in the future does not matter.
    /// </summary>
    public bool IsRacyAt(long nanoseconds) => Changed > nanoseconds - Racy;

    /// <summary>Whether nobody wrote to the file since another stamp was taken. A new name or other rights move the change time alone.</summary>
    public bool IsAsWritten(FileStamp earlier) => this with { Changed = earlier.Changed } == earlier;

    /// <summary>How many names a file has; 0 where there is none.</summary>
    public static int LinkCount(string path) => Libc.StatX(Libc.AtFdCwd, path, Libc.NoFollow, Libc.BasicStats, out var info) == 0 ? (int)info.Links : 0;

    /// <summary>The clock that stamps are compared with.</summary>
    public static long Now() => (DateTimeOffset.UtcNow.Ticks - DateTimeOffset.UnixEpoch.Ticks) * 100;
}

enum FileKind : byte
{
    File,
    Folder,
    Link,
    Other,

    /// <summary>A file that its owner may execute.</summary>
    Executable,
}

static class FileKinds
{
    /// <summary>Whether it is a regular file, executable or not.</summary>
    public static bool IsFile(this FileKind kind) => kind is FileKind.File or FileKind.Executable;
}
