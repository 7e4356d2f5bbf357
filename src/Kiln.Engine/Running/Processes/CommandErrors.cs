using System.Collections.Immutable;
using System.Text;
using Kiln.Running;

namespace Kiln;

/// <summary>What can go wrong with a command stage.</summary>
static class CommandErrors
{
    const int MostOfArgument = 32 * 4096; // MAX_ARG_STRLEN, with the zero at the end

    public static KilnException Failed(string stage, ImmutableArray<string> command, int exitCode, IEnumerable<(string, string)> facts, string next) => new(
        "A command failed:", [("stage", stage), ("command", string.Join(' ', command)), ("exit code", exitCode.ToString()), .. facts], next);

    public static KilnException Killed(string stage, int signal, IEnumerable<(string, string)> facts, string next) => new(
        "A command was killed:", [("stage", stage), ("signal", signal switch { 9 => "9 (SIGKILL)", 11 => "11 (SIGSEGV)", 6 => "6 (SIGABRT)", 15 => "15 (SIGTERM)", _ => signal.ToString() }), .. facts],
        signal == 9 ? "Someone killed it, or the machine ran out of memory." : next);

    public static string NotSeen(CommandStage stage, string path, bool isFolder) =>
        $"It ran in a folder of its own, in which {path} was not: the stage does not declare it. If it needs it: {SandboxErrors.LineFor(stage, path, isFolder ? nameof(Folder) : nameof(PlainFile))}";

    public static KilnException NotStarted(string stage, string program, string reason) => new(
        "A command could not be started:", [("stage", stage), ("program", program), ("reason", reason)], "Make it executable, or fix the first word of Command.");

    /// <summary>The kernel takes a limited number of bytes an argument, and a few megabytes of all together, the environment among them.</summary>
    public static KilnException TooLong(string stage, IReadOnlyList<string> arguments)
    {
        var sizes = arguments.Select(argument => Encoding.UTF8.GetByteCount(argument) + 1).ToList();
        var longest = sizes.Max();
        return new(
            "A command's arguments are too long to start it:",
            [
                ("stage", stage), ("longest", $"argument {sizes.IndexOf(longest)}, {longest:#,0} bytes; the kernel takes {MostOfArgument:#,0}"),
                ("together", $"{sizes.Sum():#,0} bytes; the kernel takes a quarter of `ulimit -s`, with the environment"),
            ],
            "Write what is long into a file that the stage reads, and give the program its path.");
    }

    /// <summary>What a program printed is lost where its log is on a full disk.</summary>
    public static (string, string) Unheard => ("the disk", "is full: what it printed could not be kept");

    /// <summary>What a program printed last, as facts.</summary>
    public static IEnumerable<(string, string)> Lines(IReadOnlyList<string> printed) => printed.Count == 0 ? [("printed", "nothing")] : printed.Select((line, i) => (i == 0 ? "printed" : "", line));
}
