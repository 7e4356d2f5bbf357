using System.Collections.Immutable;
using Kiln.Learning.Gates;

namespace Kiln.Registry;

/// <summary>What can go wrong, in people's words.</summary>
static class RegistryErrors
{
    public static KilnException Unreachable(string place, string reason, Exception inner) => new(
        "The registry cannot be used; nothing was changed.", [("registry", place), ("reason", reason)],
        "See that it can be reached and written (KILN_REGISTRY says where it is), then ask again.", inner);

    public static KilnException Unknown(string place, Exception inner) => new(
        "The registry was lost at the moment of writing: whether the change was made is not known.", [("registry", place), ("reason", inner.Message)],
        "When it can be reached again, ./build.sh models history says what was done.", inner);

    public static KilnException Damaged(string place, string reason, Exception inner) => new(
        "The registry is damaged.", [("registry", place), ("reason", reason)], "Bring it back from a backup; ./build.sh models verify names what is wrong with its history.", inner);

    public static KilnException OtherLayout(string place) => new(
        "The registry is of another version of Kiln, or is none.", [("registry", place)], "Use the version that made it, or another place (KILN_REGISTRY).");

    public static KilnException NotAServer(string reason) => new UsageException(
        "KILN_REGISTRY is no connection string of PostgreSQL.", [("reason", reason)], "Write it as Host=localhost;Database=kiln;Username=kiln;Password=…, or name a file.");

    public static KilnException NotAVersion(string text) => new UsageException(
        "This names no version.", [("given", Shortened(text))], "Name it as fraud/3, fraud@champion, fraud@production, or fraud for the newest.");

    public static KilnException NotAName(string what, string text) => new UsageException(
        $"This cannot be the name of {(what == "alias" ? "an" : "a")} {what}.", [("given", Shortened(text))],
        "Take lower-case letters, digits, dots, dashes and underscores, up to 100, and begin with a letter or a digit; names of stages are taken.");

    public static KilnException NotAText(string what, string text, int most) => new UsageException(
        string.IsNullOrWhiteSpace(text) ? $"There is no {what}." : $"The {what} cannot be kept.", [("given", text.Length > most ? $"{text.Length:#,0} characters" : Shortened(text))],
        $"Give --{what} in words, up to {most:#,0} characters.");

    public static KilnException NoVersion(VersionName name, ImmutableArray<string> models) => new UsageException(
        "There is no such version.", [("version", name.ToString()), ("models", models.IsEmpty ? "none is registered" : string.Join(", ", models))], "Look at ./build.sh models list.");

    public static KilnException NotBack(VersionSummary version, ModelStage to) => new UsageException(
        "A version does not go back to development.", [("version", version.Name), ("stands in", Word(version.Stage)), ("asked for", Word(to))], "Promote it to staging or production, or archive it.");

    public static KilnException NotPassed(VersionSummary version, GateDecision? gate) => new(
        version.Gate == GateStanding.None ? "No gate has let this version pass: its pipeline has no criteria." : "The gate did not let this version pass.",
        [("version", version.Name), .. (gate?.Refusals ?? []).Select(refusal => (refusal.Criterion, $"{refusal.Verdict}: {refusal.Reason}"))],
        $"Make one that passes, or vouch for it: ./build.sh models approve {version.Name} --by NAME --reason WHY.");

    public static KilnException Dirty(VersionSummary version) => new(
        "This version cannot go into production: no commit holds what it was built from.",
        [("version", version.Name), ("commit", version.Commit.Length == 0 ? "none" : version.Commit), ("tree", version.Commit.Length == 0 ? "outside a repository" : "differed from the commit")],
        "Commit, and register it again: stages that come out the same do not run again.");

    public static KilnException AnotherWasFirst(VersionSummary version, VersionSummary? production, HistoryEntry entry) => new(
        "Another was promoted meanwhile; nothing was changed.",
        [("asked for", version.Name), ("in production", production?.Name ?? "nothing"), ("by", entry.By), ("at", HistoryEntry.Time(entry.At))], "Look at what is in production now, and ask again if it should still be replaced.");

    public static KilnException NeverInProduction(VersionSummary version) => new(
        "This version has never been in production: there is nothing to go back to.", [("version", version.Name)], $"Promote it: ./build.sh models promote {version.Name} --to production.");

    public static KilnException NothingBefore(string model, VersionSummary? present) => new(
        "No other version was in production before.", [("model", model), ("in production", present?.Name ?? "nothing")], $"Look at ./build.sh models history {model}.");

    public static KilnException NoDocument(VersionSummary version, string reason) => new(
        "What is kept of this version cannot be used.", [("version", version.Name), ("reason", reason)], "Bring the registry back from a backup; ./build.sh models verify names all that is wrong.");

    public static KilnException FilesNotKept(string folder, Exception inner) => new(
        "The version's files cannot be kept; nothing was registered.", [("folder", folder), ("reason", inner.Message)], "Free some space, or make the folder writable, and register again.", inner);

    public static KilnException FilesGone(VersionSummary version, string folder, string reason) => new(
        "The files of this version are not as they were registered.", [("version", version.Name), ("folder", folder), ("reason", reason)],
        $"Bring them back from a backup, or make them again: ./build.sh reproduce {version.Name}.");

    internal static string Word(ModelStage stage) => stage.ToString().ToLowerInvariant();

    static string Shortened(string text)
    {
        var one = new string([.. text.Select(character => char.IsControl(character) ? ' ' : character)]);
        return one.Length <= 80 ? one : $"{one[..80]}… ({text.Length:#,0} characters)";
    }
}
