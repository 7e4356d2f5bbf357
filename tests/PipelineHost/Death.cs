using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Kiln.Tests.Hosting;

/// <summary>
/// Kills this process with SIGKILL, a while after a stage began: <c>DIES=STAGES,MICROSECONDS</c>; with 0 stages, a while after the process began.
/// </summary>
static partial class Death
{
    static readonly int[]? When = Environment.GetEnvironmentVariable("DIES") is { } when ? [.. when.Split(',').Select(int.Parse)] : null;
    static int _began;

    public static void Plan()
    {
        if (When is [0, var microseconds]) new Thread(() => Die(microseconds)).Start();
    }

    public static void Count()
    {
        if (When is [> 0 and var stages, var microseconds] && Interlocked.Increment(ref _began) == stages) new Thread(() => Die(microseconds)).Start();
    }

    static void Die(int microseconds)
    {
        var clock = Stopwatch.StartNew();
        if (microseconds > 2000) Thread.Sleep(microseconds / 1000 - 1);
        while (clock.Elapsed.TotalMicroseconds < microseconds) Thread.Yield();
        _ = Kill(Environment.ProcessId, 9);
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
