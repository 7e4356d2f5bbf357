namespace Kiln;

static class RunErrors
{
    /// <summary>What to do about a place that the machine refuses; what a sandbox refuses is another thing.</summary>
    public const string MakeAccessible = "Make the place accessible and run again: what was made so far is kept.";

    public static KilnException NotDeclared(string path, string stage, string what) => new(
        $"A stage opened an {what} that it does not declare:", [("file", path), ("stage", stage)],
        $"Make it a public property of the stage: public {(what == "input" ? "Input" : "Output")}<…> … {{ get; }}.");

    public static KilnException NotWritten(string path, string stage) => new(
        "An output was declared but not written:", [("output", path), ("stage", stage)], "Write it in RunAsync, at the path run.Open gives, or do not declare it.");

    public static KilnException NotAnOutput(string path, string stage) => new(
        "An output is neither a file nor a folder:", [("output", path), ("stage", stage)], "Write files and folders; a link, a pipe or a device cannot be kept.");

    public static KilnException InputChanged(string path, string stage) => new(
        "An input changed during the run:", [("file", path), ("read by", stage)], "Nothing of that stage was kept. Run again when nothing else writes it.");

    public static KilnException Escapes(string path, string link, string target) => new(
        "An output lies outside the workspace, behind a link:", [("output", path), ("link", link), ("leads to", target)],
        "Put the folder itself there, or mount the other disk at it: what a run makes stays in its workspace.");

    public static KilnException StillWritten(string path, string stage) => new(
        "An output was still being written when its stage had ended:", [("output", path), ("stage", stage)], "Let the stage wait for whatever writes it.");

    public static KilnException OutputChanged(string what, string stage) => new(
        "An output was changed during the run by something other than its stage:", [("what", what), ("made by", stage)], "Run again: that puts it right, and sets the changed version aside.");

    public static KilnException PlaceHeld(string path, Exception inner) => new(
        "An output cannot be put in its place, which the system holds:", [("output", path), ("reason", inner.Message.Split(" : ")[0])],
        "Another file or folder is mounted there, perhaps: unmount it (`findmnt` lists what is mounted), or let the stage write elsewhere.", inner);

    public static KilnException NotAsMade(string path, string producer) => new(
        "An input is not as its stage made it:", [("file", path), ("made by", producer)], "Run once without --exclusive: that makes it again and sets the changed version aside.");

    public static KilnException NeedsNeverMade(string path, string producer) => new UsageException(
        "A stage cannot run alone:", [("needs", path), ("made by", producer), ("which", "never ran in this workspace")], "Run once without --exclusive.");

    public static KilnException DiskFull(string stage, Exception inner) => new(
        "The disk is full:", [("while", stage + " wrote"), ("reason", inner.Message)], "Free some space and run again: what was made so far is kept.", inner);

    public static KilnException LostFromCache(string stage, Exception inner) => new(
        "What a stage had just stored is gone from the cache:", [("stage", stage), ("reason", inner.Message)], "Let nobody empty the cache while a run uses it; run again.", inner);

    public static KilnException CannotAccess(string stage, Exception inner) => new(
        "A file could not be read or written:", [("by", stage), ("reason", inner.Message)], MakeAccessible, inner);

    public static KilnException TookTooLong(string stage, TimeSpan limit, Exception inner) => new(
        "A stage took longer than it may:", [("stage", stage), ("limit", limit.ToString("c"))], "Nothing was kept. Find out what it waits for, or raise its [Timeout].", inner);

    public static KilnException WouldNotStop(string stage, TimeSpan limit, TimeSpan grace) => new OverrunException(stage, limit, grace);

    public static KilnException StageThrew(string stage, Exception inner) => new(
        $"{stage} threw an error of its own:", [("type", inner.GetType().Name), ("message", inner.Message)], "Run with --verbosity diagnostic for where it was thrown.", inner);

    public static KilnException WorkspaceHeld(string workspace, string owner) => new HeldException(workspace, owner);

    public static KilnException OtherLedger(string path, long version) => new(
        "The ledger of runs was written by another version of Kiln:", [("file", path), ("layout", version.ToString())], "Move it aside, and run again: a new one is begun.");

    public static KilnException CannotKeepState(string path, Exception inner) => new(
        "Kiln cannot write its own folder:", [("path", path), ("reason", inner.Message)], "Make it writable, or free some space; stages that succeeded will be found again.", inner);

    public static KilnException CannotKeepLedger(string path, string reason, Exception inner) => new(
        "The ledger of runs cannot be used:", [("file", path), ("reason", reason)], "Make its folder writable, or free some space; stages that succeeded will be found again.", inner);

    public static KilnException LedgerDamaged(string path, string reason, Exception inner) => new(
        "The ledger of runs is damaged:", [("file", path), ("reason", reason)],
        "Move it aside; the next run starts a new one. Results do not depend on it.", inner);

    sealed class HeldException(string workspace, string owner) : KilnException(
        "Another run holds the workspace:", [("workspace", workspace), ("held by", owner)], "Wait for it to end, then run again.")
    {
        public override ExitCode ExitCode => ExitCode.WorkspaceHeld;
    }
}

/// <summary>A body ran out of time and did not stop when it was told to: it may still be at work.</summary>
sealed class OverrunException(string stage, TimeSpan limit, TimeSpan grace) : KilnException(
    "A stage took longer than it may, and does not stop:", [("stage", stage), ("limit", limit.ToString("c")), ("time to stop", grace.ToString("c"))],
    "Nothing was kept, and nothing more was begun: it may work on until this process ends. Let its body look at run.Cancellation.");
