using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Kiln.Fingerprinting;

/// <summary>What the file system tells of a file without reading it. Times are in nanoseconds since 1970.</summary>
readonly record struct FileStamp(long Size, long Modified, long Changed, ulong Inode, FileKind Kind)
{
    /// <summary>Two changes within one tick of the file system's clock leave one stamp: younger than this, a stamp proves nothing.</summary>
    public static readonly long Racy = 20_000_000;

    /// <summary>The stamp of a path, not following a symbolic link; null where there is nothing.</summary>
    public static FileStamp? Of(string path)
    {
        if (Libc.StatX(Libc.AtFdCwd, path, Libc.NoFollow, Libc.BasicStats, out var info) != 0)
        {
            var error = Marshal.GetLastPInvokeError();
            return error is Libc.NoEntry or Libc.NotADirectory ? null : throw new IOException($"{new Win32Exception(error).Message} : '{path}'");
        }

        var kind = (info.Mode & 0xF000) switch
        {
            0x8000 => FileKind.File,
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
}

/// <summary>statx(2): its layout is the same on every processor, unlike stat's.</summary>
static partial class Libc
{
    public const int AtFdCwd = -100, NoFollow = 0x100, NoEntry = 2, NotADirectory = 20;
    public const uint BasicStats = 0x7ff;

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int StatX(int folder, string path, int flags, uint mask, out StatXInfo info);

    [StructLayout(LayoutKind.Sequential)]
    public struct StatXTime
    {
        public long Seconds;
        public uint Fraction;
        public int Reserved;

        public readonly long Nanoseconds => Seconds * 1_000_000_000 + Fraction;
    }

    [StructLayout(LayoutKind.Sequential, Size = 256)]
    public struct StatXInfo
    {
        public uint Mask, BlockSize;
        public ulong Attributes;
        public uint Links, User, Group;
        public ushort Mode, Padding;
        public ulong Inode, Size, Blocks, AttributesMask;
        public StatXTime Accessed, Born, Changed, Modified;
    }
}
