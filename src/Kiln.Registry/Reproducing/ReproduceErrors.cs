using System.Globalization;

namespace Kiln.Registry;

/// <summary>Why a version cannot be made again.</summary>
static class ReproduceErrors
{
    const int MostNamed = 8;

    public static KilnException NoCommit(VersionSummary version) => new(
        "This version cannot be made again: it was made outside a git repository.", [("version", version.Name)], "Register from a commit: then its code can be had again.");

    public static KilnException CommitGone(VersionSummary version, string commit) => new(
        "This version cannot be made again: its commit is not in this repository.", [("version", version.Name), ("commit", commit)], "Fetch it: git fetch --all, or clone the repository that has it.");

    public static KilnException PatchGone(VersionSummary version, VersionDocument document) => new(
        "This version cannot be made again: what differed from its commit is no longer kept.", [("version", version.Name), ("commit", document.Commit), ("differences", document.Patch)],
        "Bring back .kiln/objects of the workspace that made it, or the cache that it used (KILN_CACHE).");

    public static KilnException PatchDoesNotFit(string reason) => new("What differed from the commit does not fit it.", [("git", reason)], "The kept differences and the commit are of different repositories.");

    public static KilnException DataGone(VersionSummary version, IReadOnlyList<(string Path, string Why)> missing) => new(
        "This version cannot be made again: not all that it was made from is there.",
        [("version", version.Name), .. missing.Take(MostNamed).Select(file => (file.Path, file.Why)), .. missing.Count > MostNamed ? [("and", string.Create(CultureInfo.InvariantCulture, $"{missing.Count - MostNamed:#,0} more"))] : Array.Empty<(string, string)>()],
        $"Bring back the files with these hashes: ./build.sh trace {version.Name} tells them.");

    public static KilnException NoScript(VersionSummary version, string commit) => new(
        "This version cannot be made again: its commit has no build.sh where the workspace is.", [("version", version.Name), ("commit", commit)], "Check the commit out and look at how it was built then.");

    public static KilnException NotCheckedOut(string commit, string reason) => new("The commit cannot be checked out.", [("commit", commit), ("git", reason)], "Free some space in the folder for temporary files (TMPDIR), and ask again.");

    public static KilnException NoTools(string folder) => new("What is set up for building cannot be copied.", [("folder", folder)], "Free some space in the folder for temporary files (TMPDIR), and ask again.");

    public static KilnException NotBuilt(VersionSummary version, string command, int exitCode) => new(
        "The pipeline does not run to its end in the clean tree.", [("version", version.Name), ("command", command), ("exit code", exitCode.ToString(CultureInfo.InvariantCulture))],
        "The lines above say why; --keep leaves the tree to look at.");

    public static KilnException NothingToCompare(VersionSummary version) => new(
        "Nothing of this version comes out the same each time: all its stages say that their outputs vary.", [("version", version.Name)], "See [NonDeterministic] and VariesByRun in its pipeline.");

    public static KilnException NotATolerance(string text) => new UsageException("This is no tolerance.", [("given", text)], "Give a number from 0 to 1, such as 1e-5.");

    public static KilnException ToleranceOnCpu(VersionSummary version) => new UsageException(
        "A tolerance is for models that were made on a GPU; this one was made on the CPU, and is held to the bit.", [("version", version.Name)], "Leave --tolerance out.");
}
