using System.Collections.Immutable;
using Kiln.Running;

namespace Kiln;

/// <summary>What can go wrong with a command stage.</summary>
static class CommandErrors
{
    public static KilnException Failed(string stage, ImmutableArray<string> command, int exitCode, IEnumerable<(string, string)> facts, string next) => new(
        "A command failed:", [("stage", stage), ("command", string.Join(' ', command)), ("exit code", exitCode.ToString()), .. facts], next);

    public static KilnException Killed(string stage, int signal, IEnumerable<(string, string)> facts, string next) => new(
        "A command was killed:", [("stage", stage), ("signal", signal switch { 9 => "9 (SIGKILL)", 11 => "11 (SIGSEGV)", 6 => "6 (SIGABRT)", 15 => "15 (SIGTERM)", _ => signal.ToString() }), .. facts],
        signal == 9 ? "Someone killed it, or the machine ran out of memory." : next);

    public static string NotSeen(CommandStage stage, string path, bool isFolder) =>
        $"It ran in a folder of its own, in which {path} was not: the stage does not declare it. If it needs it: {SandboxErrors.LineFor(stage, path, isFolder ? nameof(Folder) : nameof(PlainFile))}";

    public static KilnException NotStarted(string stage, string program, string reason) => new(
        "A command could not be started:", [("stage", stage), ("program", program), ("reason", reason)], "Make it executable, or fix the first word of Command.");

    /// <summary>What a program printed last, as facts.</summary>
    public static IEnumerable<(string, string)> Lines(IReadOnlyList<string> printed) => printed.Count == 0 ? [("printed", "nothing")] : printed.Select((line, i) => (i == 0 ? "printed" : "", line));
}
