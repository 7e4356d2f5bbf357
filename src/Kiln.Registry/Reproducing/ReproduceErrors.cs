using System.Globalization;

namespace Kiln.Registry;

/// <summary>Why a version cannot be made again.</summary>
static class ReproduceErrors
{
    const int MostNamed = 8, MostLines = 5;
    const string Room = "Free some space in the folder for temporary files, or name another: TMPDIR.";

    public static KilnException NoCommit(VersionSummary version) => new(
        "This version cannot be made again: it was made outside a git repository.", [("version", version.Name)], "Register from a commit: then its code can be had again.");

    public static KilnException NoRepository(VersionSummary version, string workspace) => new(
        "This version cannot be made again: there is no git repository here.", [("version", version.Name), ("workspace", workspace)], "Ask in a clone of the repository that it was made in, or name one with --working.");

    public static KilnException CommitGone(VersionSummary version, string commit, bool isShallow) => new(
        "This version cannot be made again: its commit is not in this repository.", [("version", version.Name), ("commit", commit), .. isShallow ? [("clone", "shallow: earlier commits were left out")] : Array.Empty<(string, string)>()],
        isShallow ? "Fetch it: git fetch --unshallow." : "Fetch it: git fetch --all, or clone the repository that has it.");

    public static KilnException PatchGone(VersionSummary version, VersionDocument document) => new(
        "This version cannot be made again: what differed from its commit is no longer kept.", [("version", version.Name), ("commit", document.Commit), ("differences", document.Patch)],
        "Bring back .kiln/objects of the workspace that made it, or the cache that it used (KILN_CACHE).");

    public static KilnException PatchDoesNotFit(string reason) => new("What differed from the commit does not fit it.", [("git", Last(reason))], "The kept differences and the commit are of different repositories.");

    public static KilnException DataGone(VersionSummary version, IReadOnlyList<(string Path, string Why)> missing) => new(
        "This version cannot be made again: not all that it was made from is there.",
        [("version", version.Name), .. missing.Take(MostNamed).Select(file => (file.Path, file.Why)), .. missing.Count > MostNamed ? [("and", string.Create(CultureInfo.InvariantCulture, $"{missing.Count - MostNamed:#,0} more"))] : Array.Empty<(string, string)>()],
        $"Bring back the files with these hashes: ./build.sh trace {version.Name} tells them.");

    public static KilnException NoScript(VersionSummary version, string commit) => new(
        "This version cannot be made again: its commit has no build.sh where the workspace is.", [("version", version.Name), ("commit", commit)], "Check the commit out and look at how it was built then.");

    public static KilnException NotCheckedOut(string commit, string reason) => new("The commit cannot be checked out.", [("commit", commit), ("folder", Path.GetTempPath()), ("git", Last(reason))], Room);

    public static KilnException NoTools(string folder, string reason) => new("What is set up for building cannot be copied.", [("from", folder), ("folder", Path.GetTempPath()), ("cp", Last(reason))], Room);

    public static KilnException NoTemporaryFolder(string folder, Exception inner) => new(
        "There is no room for a clean tree.", [("folder", folder), ("reason", inner.Message)], "The folder for temporary files (TMPDIR) must be there, and writable, with some space.", inner);

    /// <param name="version">The version.</param>
    /// <param name="command">What was run.</param>
    /// <param name="exitCode">What it ended with.</param>
    /// <param name="tree">Where the clean tree is, where it was kept.</param>
    /// <param name="fetching">The stages that used the network, because what they fetched is no longer kept.</param>
    public static KilnException NotBuilt(VersionSummary version, string command, int exitCode, string? tree, IReadOnlyCollection<string> fetching) => new(
        "The pipeline does not run to its end in the clean tree.", [("version", version.Name), ("command", command), ("exit code", exitCode.ToString(CultureInfo.InvariantCulture)), .. tree is null ? Array.Empty<(string, string)>() : [("tree", tree)]],
        "The lines above say why" + (tree is null ? "; --keep leaves the tree to look at." : ".")
        + (fetching.Count == 0 ? "" : $"\nWhere they say that a fetch failed: {RegistryWords.Few(fetching)} must reach the network, or what was fetched be kept in .kiln/objects or KILN_CACHE; a version is made again with its own --set alone."));

    /// <param name="version">The version.</param>
    /// <param name="tree">Where the clean tree is, where it was kept.</param>
    public static KilnException Interrupted(VersionSummary version, string? tree) => new ReproductionInterrupted($"Interrupted: {version.Name} was not made again; the clean tree {(tree is null ? "is removed" : $"is {tree}")}.");

    public static KilnException NothingToCompare(VersionSummary version) => new(
        "Nothing of this version comes out the same each time: all its stages say that their outputs vary.", [("version", version.Name)], "See [NonDeterministic] and VariesByRun in its pipeline.");

    public static KilnException NotATolerance(string text) => new UsageException("This is no tolerance.", [("given", text)], "Give a number from 0 to 1, such as 1e-5.");

    public static KilnException ToleranceOnCpu(VersionSummary version) => new UsageException(
        "A tolerance is for models that were made on a GPU; this one was made on the CPU, and is held to the bit.", [("version", version.Name)], "Leave --tolerance out.");

    /// <summary>Of many lines, one a file, the last.</summary>
    static string Last(string printed) => printed.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) is { Length: > 0 } lines ? string.Join('\n', lines.TakeLast(MostLines)) : "ended with an error and said nothing";
}

/// <summary>Making a version again was interrupted: the command ends with <see cref="ExitCode.Interrupted"/>.</summary>
sealed class ReproductionInterrupted(string what) : KilnException(what, [], "")
{
    /// <inheritdoc/>
    public override ExitCode ExitCode => ExitCode.Interrupted;
}
