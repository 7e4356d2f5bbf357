using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Kiln.Fingerprinting;

/// <summary>The kernel's calls for what .NET does not tell. statx(2)'s layout is the same on every processor, unlike stat's.</summary>
static unsafe partial class Libc
{
    public const int AtFdCwd = -100, NoFollow = 0x100, NoEntry = 2, AccessDenied = 13, NotADirectory = 20, CloseOnExec = 0x80000, RemoveFolder = 0x200, EmptyPath = 0x1000;
    public const uint BasicStats = 0x7ff;
    const int CoarseClock = 5, StandardOutput = 1;
    const nuint GetWindowSize = 0x5413;

    /// <summary>Flags of open(2) that differ between processors.</summary>
    public static readonly int OnlyFolder = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 0x4000 : 0x10000,
        OpenNoFollow = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 0x8000 : 0x20000;

    /// <summary>The resolution of the clock that stamps files, in nanoseconds: no less than a millisecond, and 10 where the kernel does not tell.</summary>
    public static long Tick => GetResolution(CoarseClock, out var tick) == 0 ? Math.Max(1_000_000, tick.Seconds * 1_000_000_000 + tick.Nanoseconds) : 10_000_000;

    /// <summary>How wide the terminal at standard output is; 0 where there is none, or it does not say.</summary>
    public static int TerminalColumns => Control(StandardOutput, GetWindowSize, out var size) == 0 ? size.Columns : 0;

    [LibraryImport("libc", EntryPoint = "ioctl")]
    private static partial int Control(int file, nuint request, out WindowSize size);

    [LibraryImport("libc", EntryPoint = "clock_getres")]
    private static partial int GetResolution(int clock, out Time time);

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int StatX(int folder, string path, int flags, uint mask, out StatXInfo info);

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true)]
    public static partial int StatX(int folder, byte* name, int flags, uint mask, out StatXInfo info);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "openat", SetLastError = true)]
    public static partial int OpenAt(int folder, byte* name, int flags);

    [LibraryImport("libc", EntryPoint = "unlinkat", SetLastError = true)]
    public static partial int UnlinkAt(int folder, byte* name, int flags);

    [LibraryImport("libc", EntryPoint = "unlinkat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int UnlinkAt(int folder, string path, int flags);

    [LibraryImport("libc", EntryPoint = "link", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Link(string from, string to);

    [LibraryImport("libc", EntryPoint = "fchmod", SetLastError = true)]
    public static partial int ChangeMode(int file, uint mode);

    [LibraryImport("libc", EntryPoint = "fchmodat", SetLastError = true)]
    public static partial int ChangeModeAt(int folder, byte* name, uint mode, int flags);

    [LibraryImport("libc", EntryPoint = "getdents64", SetLastError = true)]
    public static partial nint GetEntries(int folder, byte* buffer, nint size);

    [LibraryImport("libc", EntryPoint = "close")]
    public static partial int Close(int file);

    public static IOException LastError(string path) => new($"{new Win32Exception(Marshal.GetLastPInvokeError()).Message} : '{path}'");

    [StructLayout(LayoutKind.Sequential)]
    struct WindowSize
    {
        public ushort Rows, Columns, Width, Height;
    }

    [StructLayout(LayoutKind.Sequential)]
    struct Time
    {
        public nint Seconds, Nanoseconds;
    }

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
