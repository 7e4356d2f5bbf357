using System.Globalization;
using System.Runtime.InteropServices;

namespace Kiln.Running;

/// <summary>
/// What a program leaves running when its launcher dies before it, as when the program itself kills it: this process adopts those, and kills them.
/// They are told from its own children by their sessions: a launcher begins one and is known by its number, whatever else this process starts stays in
/// the session it is in itself, and programs are given sessions of their own.
/// </summary>
static partial class Orphans
{
    /// <summary>Has processes that lose their parent below this one become children of this one, and not of the system's first.</summary>
    public static void Adopt() => _ = Native.Control(Native.AdoptOrphans, 1, 0, 0, 0);

    /// <summary>Kills what was adopted, and what its death leaves to be adopted, until there is nothing.</summary>
    public static void Kill()
    {
        while (Adopted() is { Count: > 0 } adopted)
        {
            foreach (var process in adopted) _ = Native.Kill(process, Native.Killed);
            foreach (var process in adopted) _ = Native.Wait(process, out _, 0);
        }
    }

    static List<int> Adopted()
    {
        var own = Native.SessionOf(0);
        return ChildProcess.Beside(Children()).FindAll(process => Native.SessionOf(process) is var session && session > 0 && session != own);
    }

    static IEnumerable<int> Children() => Directory.EnumerateDirectories("/proc/self/task").SelectMany(OfThread);

    static IEnumerable<int> OfThread(string thread)
    {
        try
        {
            return File.ReadAllText(Path.Combine(thread, "children")).Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(text => int.Parse(text, CultureInfo.InvariantCulture));
        }
        catch (IOException)
        {
            return []; // the thread has ended
        }
    }

    static partial class Native
    {
        public const int AdoptOrphans = 36, Killed = 9;

        [LibraryImport("libc", EntryPoint = "prctl")]
        public static partial int Control(int what, nint value, nint third, nint fourth, nint fifth);

        [LibraryImport("libc", EntryPoint = "getsid")]
        public static partial int SessionOf(int process);

        [LibraryImport("libc", EntryPoint = "kill")]
        public static partial int Kill(int process, int signal);

        [LibraryImport("libc", EntryPoint = "waitpid")]
        public static partial int Wait(int process, out int status, int options);
    }
}
