using System.Runtime.InteropServices;

namespace Kiln.Running;

sealed unsafe partial class ChildProcess
{
    /// <summary>posix_spawn(3), waitid(2) and kill(2), with the numbers Linux gives their flags on every processor.</summary>
    static partial class Native
    {
        /// <summary>At least what glibc (336 and 80 bytes) and musl take for attributes and for file actions.</summary>
        public const int StructSize = 512;

        public const int SignalSetSize = 128;
        public const int Terminated = 15, Killed = 9;
        public const int OneProcess = 1, Exited = 4, LeaveWaitable = 0x01000000;
        public const int Interrupted = 4;
        public const int ReadOnly = 0, WriteOnly = 1, Create = 0x40, Truncate = 0x200, Append = 0x400;
        public const short OwnSession = 0x80, DefaultSignals = 4, SignalMask = 8;

        [LibraryImport("libc", EntryPoint = "posix_spawn")]
        public static partial int Spawn(out int id, byte* path, byte* actions, byte* attributes, byte** arguments, byte** environment);

        [LibraryImport("libc", EntryPoint = "posix_spawnattr_init")]
        public static partial int InitAttributes(byte* attributes);

        [LibraryImport("libc", EntryPoint = "posix_spawnattr_destroy")]
        public static partial int FreeAttributes(byte* attributes);

        [LibraryImport("libc", EntryPoint = "posix_spawnattr_setflags")]
        public static partial int SetFlags(byte* attributes, short flags);

        [LibraryImport("libc", EntryPoint = "posix_spawnattr_setsigdefault")]
        public static partial int SetDefaultSignals(byte* attributes, byte* signals);

        [LibraryImport("libc", EntryPoint = "posix_spawnattr_setsigmask")]
        public static partial int SetSignalMask(byte* attributes, byte* signals);

        [LibraryImport("libc", EntryPoint = "sigfillset")]
        public static partial int FillSignals(byte* signals);

        [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_init")]
        public static partial int InitActions(byte* actions);

        [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_destroy")]
        public static partial int FreeActions(byte* actions);

        [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_addchdir_np")]
        public static partial int AddFolder(byte* actions, byte* folder);

        [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_addopen")]
        public static partial int AddOpen(byte* actions, int descriptor, byte* path, int flags, int mode);

        [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_adddup2")]
        public static partial int AddDuplicate(byte* actions, int from, int to);

        [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_addclose")]
        public static partial int AddClose(byte* actions, int descriptor);

        [LibraryImport("libc", EntryPoint = "waitid", SetLastError = true)]
        public static partial int WaitId(int kind, int id, byte* info, int options);

        [LibraryImport("libc", EntryPoint = "wait4", SetLastError = true)]
        public static partial int Wait4(int id, out int status, int options, out ResourceUsage usage);

        [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
        public static partial int Kill(int id, int signal);

        [StructLayout(LayoutKind.Sequential)]
        public struct TimeValue
        {
            public long Seconds, Microseconds;

            public readonly TimeSpan Span => TimeSpan.FromTicks(Seconds * TimeSpan.TicksPerSecond + Microseconds * TimeSpan.TicksPerMicrosecond);
        }

        [StructLayout(LayoutKind.Sequential, Size = 144)]
        public struct ResourceUsage
        {
            public TimeValue User, System;
            public long PeakKibibytes;
        }
    }
}
