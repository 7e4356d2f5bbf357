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

    public static KilnException Strange(string where, Exception inner) => new(
        "The registry holds what Kiln has not written there.", [("where", where), ("reason", inner.Message)], "./build.sh models verify names what was changed; bring it back from a backup.", inner);

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
        "A version does not go back to development.", [("version", version.Name), ("stands in", RegistryWords.Of(version.Stage)), ("asked for", RegistryWords.Of(to))], "Promote it to staging or production, or archive it.");

    public static KilnException NotPassed(VersionSummary version, GateDecision gate) => new(
        version.Gate == GateStanding.None ? "No gate has let this version pass: its pipeline has no criteria." : "The gate did not let this version pass.",
        [("version", version.Name), .. gate.Refusals.Select(refusal => (refusal.Criterion, $"{refusal.Verdict}: {refusal.Reason}"))],
        $"Make one that passes, or vouch for it: ./build.sh models approve {version.Name} --by NAME --reason WHY.");

    public static KilnException Dirty(VersionSummary version) => new(
        "This version cannot go into production: no commit holds what it was built from.",
        [("version", version.Name), ("commit", version.Commit.Length == 0 ? "none" : version.Commit), ("tree", version.Commit.Length == 0 ? "outside a repository" : "differed from the commit")],
        "Commit, and register it again: stages that come out the same do not run again.");

    public static KilnException AnotherWasFirst(VersionSummary version, VersionSummary? production, HistoryEntry? entry) => new(
        "Another was promoted meanwhile; nothing was changed.",
        [("asked for", version.Name), ("in production", production?.Name ?? "nothing"), ("by", entry?.By ?? "nobody"), ("at", entry is null ? "never" : HistoryEntry.Time(entry.At))], "Look at what is in production now, and ask again if it should still be replaced.");

    public static KilnException NeverInProduction(VersionSummary version) => new(
        "This version has never been in production: there is nothing to go back to.", [("version", version.Name)], $"Promote it: ./build.sh models promote {version.Name} --to production.");

    public static KilnException NothingBefore(string model, VersionSummary? present) => new(
        "No version was in production before, but for those that were rolled back from.", [("model", model), ("in production", present?.Name ?? "nothing")],
        $"./build.sh models history {model} tells what was there; name one of these to bring it back: ./build.sh models rollback {model}/NUMBER.");

    public static KilnException NoDocument(VersionSummary version, string reason) => new(
        "What is kept of this version cannot be used.", [("version", version.Name), ("reason", reason)], "Bring the registry back from a backup; ./build.sh models verify names all that is wrong.");

    public static KilnException FilesNotKept(string folder, Exception inner) => new(
        "The version's files cannot be kept; nothing was registered.", [("folder", folder), ("reason", inner.Message)], "Free some space, or make the folder writable, and register again.", inner);

    public static KilnException FilesGone(VersionSummary version, string folder, string reason) => new(
        "The files of this version are not as they were registered.", [("version", version.Name), ("folder", folder), ("reason", reason)],
        $"Bring them back from a backup; ./build.sh reproduce {version.Name} --keep makes the model again, in a tree of its own.");

    public static KilnException CardLacks(string card, string[] sections) => new(
        "The model card does not say what a version has to have on record; nothing was registered.", [("card", card), ("missing or empty", string.Join(", ", sections))],
        "Fill in the section card of the settings, and leave these headings in a template of your own (model-card.md.hbs).");

    public static KilnException AnswersOtherwise(VersionSummary version, int differing, int all) => new(
        "This version no longer answers as it did when it was registered; nothing was changed.", [("version", version.Name), ("answers that differ", $"{differing:#,0} of {all:#,0}")],
        "See whether libtorch, XGBoost or the processor is another than then: ./build.sh models show tells the environment.");

    public static KilnException NotRegistered(string model) => new(
        "The model of this run is not in the registry.", [("model", model)], "Register it first: --target Register.");

    public static KilnException NotAStage(string name) => new UsageException(
        "There is no such stage to promote to.", [("given", Shortened(name))], "Take staging, production or archived.");

    public static KilnException NoNextStage() => new UsageException("An archived version has no next stage.", [], "Name one: --to staging, or bring back what was in production: ./build.sh models rollback MODEL.");

    public static KilnException NotATime(string text) => new UsageException("This is no time.", [("given", Shortened(text))], "Write it as 2026-05-01T12:00Z, or as a day: 2026-05-01.");

    public static KilnException ExportThere(string folder) => new UsageException("The folder is there already.", [("folder", folder)], "Name one that is not.");

    public static KilnException NotExported(string folder, Exception inner) => new(
        "The version cannot be copied.", [("folder", folder), ("reason", inner.Message)], "Free some space, or name another folder.", inner);

    static string Shortened(string text)
    {
        var one = new string([.. text.Select(character => char.IsControl(character) ? ' ' : character)]);
        return one.Length <= 80 ? one : $"{one[..80]}… ({text.Length:#,0} characters)";
    }
}
