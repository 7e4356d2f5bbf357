using System.ComponentModel;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Kiln.Running;

/// <summary>
/// The small program that starts others: what they start dies with them, also when this process is killed, and it can put them in a sandbox.
/// Where it is not set up, programs are started directly: a killed run may then leave one behind.
/// </summary>
static partial class Launcher
{
    /// <summary>How long the launcher itself may take to kill what it started, which it does more thoroughly than a signal to its group.</summary>
    public static readonly TimeSpan Killing = TimeSpan.FromSeconds(2);

    static readonly Lazy<int> LifelineEnd = new(MakeLifeline);

    /// <summary>Where it stands, or null where it is not set up.</summary>
    public static string? Program { get; } = NativeTools.Find("launch/kiln-launch");

    /// <summary>The version of the kernel's Landlock, which keeps a process to the files it may open; 0 where there is none.</summary>
    public static int LandlockVersion { get; } = (int)Math.Max(0, SystemCall(CreateRuleset, 0, 0, AskVersion));

    /// <summary>The same program, under the launcher.</summary>
    /// <param name="start">The program.</param>
    /// <param name="report">The file in which it tells what <see cref="LaunchReport"/> reads.</param>
    /// <param name="rules">The file with a sandbox's rules, or null.</param>
    public static ChildStart Supervise(ChildStart start, string report, string? rules) => start with
    {
        Program = Program!,
        Arguments = ["kiln-launch", report, rules ?? "-", ((long)start.Grace.TotalMilliseconds).ToString(CultureInfo.InvariantCulture), start.Program, .. start.Arguments],
        Descriptors = [LifelineEnd.Value, .. start.Descriptors],
        Grace = start.Grace + Killing,
    };

    /// <summary>A pipe that nobody writes to: its end tells the launchers that this process is gone, however it went.</summary>
    static unsafe int MakeLifeline()
    {
        var ends = stackalloc int[2];
        if (Pipe(ends, CloseOnExecute) != 0) throw new Win32Exception();
        return ends[0];
    }

    const int CloseOnExecute = 0x80000, CreateRuleset = 444, AskVersion = 1;

    [LibraryImport("libc", EntryPoint = "pipe2", SetLastError = true)]
    private static unsafe partial int Pipe(int* ends, int flags);

    [LibraryImport("libc", EntryPoint = "syscall")]
    private static partial long SystemCall(nint number, nint attributes, nint size, nint flags);
}

/// <summary>What the launcher has to tell of a program.</summary>
/// <param name="Error">Why it could not be started, as an error number; 0 where it was.</param>
/// <param name="Read">Files it tried to read and was not allowed to, by their real paths.</param>
/// <param name="Written">Files it tried to write and was not allowed to, by their real paths.</param>
/// <param name="AskedForNetwork">Whether it tried to open a connection and was not allowed to.</param>
sealed record LaunchReport(int Error, IReadOnlyList<string> Read, IReadOnlyList<string> Written, bool AskedForNetwork)
{
    static readonly LaunchReport Nothing = new(0, [], [], false);

    public static LaunchReport Of(string file)
    {
        if (!File.Exists(file)) return Nothing;
        var entries = Encoding.UTF8.GetString(File.ReadAllBytes(file)).Split('\0', StringSplitOptions.RemoveEmptyEntries);
        IReadOnlyList<string> OfKind(char kind) => [.. entries.Where(entry => entry[0] == kind).Select(entry => entry[2..])];
        return new LaunchReport(OfKind('e') is [var number] ? int.Parse(number) : 0, OfKind('r'), OfKind('w'), OfKind('n').Count > 0);
    }
}
