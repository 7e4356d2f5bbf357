using Kiln.Recording;

namespace Kiln.Hosting;

static class HostErrors
{
    public static UsageException UnknownArgument(string given, IEnumerable<string> known)
    {
        var near = Nearest.Name(given, known);
        return new("There is no such switch or command:", [("given", given)], (near is null ? "" : $"Did you mean {near}? ") + "--help lists them all.");
    }

    public static UsageException WrongUsage(string reason) => new("The command line makes no sense:", [("reason", reason)], "--help explains the switches.");

    public static UsageException UnknownPipeline(string name, IReadOnlyList<string> known)
    {
        var near = Nearest.Name(name, known);
        return new("There is no such pipeline:", [("pipeline", name)], (near is null ? "" : $"Did you mean {near}? ") + "Known: " + string.Join(", ", known) + ".");
    }

    public static UsageException TargetsOfSeveral(IEnumerable<string> targets) => new(
        "The targets belong to different pipelines:", [("targets", string.Join(", ", targets))], "Run one pipeline's targets at a time.");

    public static UsageException TargetsOfEither(IEnumerable<string> targets, IEnumerable<string> pipelines) => new(
        "Several pipelines have what is asked for:", [("targets", string.Join(", ", targets)), ("pipelines", string.Join(", ", pipelines))], "Say which with --pipeline.");

    public static UsageException SettingOfAnother(string pair, string[] owners, string pipeline) => new(
        "A setting belongs to another pipeline:", [("given", $"--set {pair}"), ("belongs to", string.Join(", ", owners)), ("asked for", pipeline)],
        $"Leave it out, or run a target of {string.Join(" or ", owners)}.");

    public static UsageException NoLockFile(string pipeline) => new(
        "A host's own tasks have no lock file:", [("pipeline", pipeline)], "`verify` checks pipelines that have a folder of their own.");

    public static UsageException NoWorkspace(string folder) => new("The workspace is not there:", [("folder", folder)], "Give an existing folder with --working.");

    public static KilnException CannotPrint(IOException inner) => new(
        "The answer cannot be printed:", [("reason", inner.Message)], "Free some space where it is written to, or have it written elsewhere.", inner);

    public static KilnException RunUnsaid(IOException inner) => new(
        "What the run had to say cannot be printed:", [("reason", inner.Message)], "It has ended, and is recorded: `show last` tells of it. Free some space where it prints to.", inner);

    public static UsageException NoEarlierRun(string run, string pipeline) => new(
        "There is no earlier run to compare with:", [("run", run), ("pipeline", pipeline)], "Name two: `./build.sh runs` lists them.");

    public static UsageException RunsOfTwoPipelines(RunRecord earlier, RunRecord later) => new(
        "The runs are of different pipelines:", [(earlier.Id, earlier.Pipeline), (later.Id, later.Pipeline)], "Compare two runs of one: `./build.sh runs` lists them.");

    public static UsageException SeveralRuns(string run, IEnumerable<string> ids) => new("Several runs begin so:", [("given", run), ("runs", string.Join(", ", ids))], "Give more of the id.");

    public static UsageException UnknownRun(string run) => new("There is no such run:", [("run", run)], "`./build.sh runs` lists them.");
}
