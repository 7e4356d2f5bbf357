using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Kiln.XGBoost.Native;

/// <summary>
/// Catches what the library logs, which it would write to the console. It keeps its callback a thread, so each thread that calls registers
/// once.
/// </summary>
static unsafe class LibraryLog
{
    [ThreadStatic]
    static List<string>? lines;

    /// <summary>From here on this thread's log is caught; lines of earlier calls are forgotten.</summary>
    public static void Start()
    {
        if (lines is null)
        {
            lines = [];
            NativeMethods.Check(NativeMethods.RegisterLogCallback(&Take));
        }

        lines.Clear();
    }

    /// <summary>What was logged on this thread since <see cref="Start"/> or the last call of this.</summary>
    public static IReadOnlyList<string> Drain()
    {
        if (lines is not { Count: > 0 }) return [];
        string[] drained = [.. lines];
        lines.Clear();
        return drained;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    static void Take(byte* text)
    {
        // Nothing may be thrown into the library.
        if (lines is { Count: < 1000 }) lines.Add(LibraryText.Clean(Marshal.PtrToStringUTF8((nint)text) ?? ""));
    }
}
