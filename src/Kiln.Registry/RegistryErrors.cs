using System.Collections.Immutable;
using Kiln.Learning.Gates;

namespace Kiln.Registry;

/// <summary>What can go wrong, in people's words.</summary>
static class RegistryErrors
{
    public static KilnException Unreachable(string place, string reason, Exception inner) => new(
        "The registry cannot be used; nothing was changed.", [("registry", place), ("reason", reason)],
        "See that it can be reached and written (KILN_REGISTRY says where it is), then ask again.", inner);

    public static KilnException NoRegistry(string place) => new UsageException(
        "There is no registry there yet.", [("registry", place)], "./build.sh models register PIPELINE makes one. KILN_REGISTRY says where another is.");

    public static KilnException NoHead(string place) => new(
        "The registry's note of where its history ends is gone.", [("registry", place)], "Bring it back from a backup; ./build.sh models verify names all that is wrong.");

    public static KilnException Unknown(string place, Exception inner) => new(
        "The registry was lost at the moment of writing: whether the change was made is not known.", [("registry", place), ("reason", inner.Message)],
        "When it can be reached again, ./build.sh models history says what was done.", inner);

    public static KilnException Damaged(string place, string reason, Exception inner) => new(
        "This is no registry, or a damaged one.", [("registry", place), ("reason", reason)], "Bring it back from a backup, or see that KILN_REGISTRY names the right file.", inner);

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

    public static KilnException NoWords(string what, string option) => new UsageException(what, [], $"Say it: --{option} {(option == "by" ? "NAME" : "WORDS")}.");

    public static KilnException NotWords(string what, string option, string text, int most) => new UsageException(
        what, [("given", text.Length > most ? $"{text.Length:#,0} characters" : Shortened(text))],
        $"Give --{option} in words, up to {most:#,0} characters{(option == "by" ? " in one line" : "")}, without control characters and invisible ones.");

    public static KilnException NoVersion(VersionName name, ImmutableArray<string> models) => new UsageException(
        "There is no such version.", [("version", name.ToString()), ("models", models.IsEmpty ? "none is registered" : string.Join(", ", models))], "Look at ./build.sh models list.");

    public static KilnException NotBack(VersionSummary version, ModelStage to) => new UsageException(
        $"A version does not go back from {RegistryWords.Of(version.Stage)} to {RegistryWords.Of(to)}.", [("version", version.Name)],
        version.Stage == ModelStage.Production
            ? $"Promote another, or bring back the one before: ./build.sh models rollback {version.Model}. To leave nothing in production: --to archived."
            : "Promote it to staging or production, or archive it: --to archived.");

    public static KilnException NotBroughtBack(VersionSummary version) => new(
        "The model of this run is a version that was archived, and a run brings none of these back.", [("version", version.Name)],
        $"./build.sh models history {version.Name} tells why it was. To bring it back: ./build.sh models promote {version.Name} --to staging, or ./build.sh models rollback {version.Name}.");

    public static KilnException NotPassed(VersionSummary version, VersionDocument document) => new GateFailure(
        version.Gate switch
        {
            GateStanding.None => "No gate has let this version pass: its pipeline has no criteria.",
            GateStanding.Given => "The gate's criteria were changed by --set for this version: those of the project have not let it pass.",
            _ => "The gate did not let this version pass.",
        },
        [("version", version.Name), .. document.Gate.Refusals.Select(refusal => (refusal.Criterion, $"{refusal.Verdict}: {refusal.Reason}")), .. ModelRegistry.GivenCriteria(document).Select(given => ("--set", Shortened(given)))],
        $"Make one that passes, or vouch for it: ./build.sh models approve {version.Name} --by NAME --reason WHY.");

    sealed class GateFailure(string what, IEnumerable<(string, string)> facts, string next) : KilnException(what, facts, next)
    {
        public override ExitCode ExitCode => ExitCode.GateFailed;
    }

    public static KilnException NoModel(string model, ImmutableArray<string> models) => new UsageException(
        "There is no such model in the registry.", [("given", Shortened(model)), ("models", models.IsEmpty ? "none is registered" : string.Join(", ", models))], "./build.sh models register PIPELINE adds one.");

    public static KilnException NoAlias(string model, string alias) => new UsageException(
        "No version has this name.", [("model", model), ("alias", alias)], $"./build.sh models list {model} tells the names there are.");

    public static KilnException Dirty(VersionSummary version, VersionDocument document) => new(
        "This version cannot go into production: no commit holds what it was built from.",
        [("version", version.Name), ("commit", version.Commit.Length == 0 ? "none" : version.Commit), ("tree", version.Commit.Length == 0 ? "outside a repository" : $"differed from the commit: {RegistryWords.Few(document.Differing)}")],
        "Commit, and register it again: stages that come out the same do not run again.");

    public static KilnException AnotherWasFirst(VersionSummary version, VersionSummary? production, HistoryEntry? entry) => new(
        "Another was promoted meanwhile; nothing was changed.",
        [("asked for", version.Name), ("in production", production?.Name ?? "nothing"), ("by", entry?.By ?? "nobody"), ("at", entry is null ? "never" : HistoryEntry.Time(entry.At))], "Look at what is in production now, and ask again if it should still be replaced.");

    public static KilnException NeverInProduction(VersionSummary version) => new(
        "This version has never been in production: there is nothing to go back to.", [("version", version.Name)], $"Promote it: ./build.sh models promote {version.Name} --to production.");

    public static KilnException NothingBefore(string model, VersionSummary? present) => new(
        "No version was in production before, but for those that were rolled back from or taken out.", [("model", model), ("in production", present?.Name ?? "nothing")],
        $"./build.sh models history {model} tells what was there; name one of these to bring it back: ./build.sh models rollback {model}/NUMBER.");

    public static KilnException NoDocument(VersionSummary version, string reason) => new(
        "What is kept of this version cannot be used.", [("version", version.Name), ("reason", reason)], "Bring the registry back from a backup; ./build.sh models verify names all that is wrong.");

    public static KilnException FilesNotKept(string folder, Exception inner) => new(
        "The version's files cannot be kept; nothing was registered.", [("folder", folder), ("reason", inner.Message)], "Free some space, or make the folder writable, and register again.", inner);

    public static KilnException FilesGone(VersionSummary version, VersionDocument document, string folder, string reason) => new(
        "The files of this version are not as they were registered.", [("version", version.Name), ("folder", folder), ("reason", reason)],
        $"Bring them back from a backup; or register the same model again, where it is still up to date or kept{(document.Commit.Length == 0 ? "" : $" (commit {document.Commit[..12]})")}: ./build.sh models register {document.Pipeline}{string.Concat(document.Overrides.Select(given => $" --set {Quoted(given)}"))}. ./build.sh reproduce {version.Name} --keep makes the model anew, in a tree of its own.");

    public static KilnException CardLacks(string card, string[] sections) => new(
        "The model card does not say what a version has to have on record; nothing was registered.", [("card", card), ("missing or empty", string.Join(", ", sections))],
        "Fill in the section card of the settings, and leave these headings in templates of your own (model-card.md.hbs, model-card.hbs).");

    public static KilnException AnswersOtherwise(VersionSummary version, int differing, int all) => new(
        "This version no longer answers as it did when it was registered; nothing was changed.", [("version", version.Name), ("answers that differ", $"{differing:#,0} of {all:#,0}")],
        "See whether libtorch, XGBoost or the processor is another than then: ./build.sh models show tells the environment.");

    public static KilnException NotRegistered(string model) => new(
        "The model of this run is not in the registry.", [("model", model)], "Register it first: --target Register.");

    public static KilnException NotAStage(string name) => new UsageException(
        "There is no such stage to promote to.", [("given", Shortened(name))], "Take staging, production or archived.");

    public static KilnException NoNextStage(VersionSummary version) => new UsageException(
        version.Stage == ModelStage.Production ? "This version is in production already." : "An archived version has no next stage.", [("version", version.Name)],
        version.Stage == ModelStage.Production
            ? "Nothing is to be done. To take it out: --to archived; to bring back the one before: ./build.sh models rollback " + version.Model + "."
            : "Name one: --to staging, or bring back what was in production: ./build.sh models rollback " + version.Model + ".");

    public static KilnException NotATime(string text) => new UsageException("This is no time.", [("given", Shortened(text))], "Write it as 2026-05-01T12:00Z, or as a day: 2026-05-01.");

    public static KilnException ExportThere(string folder) => new UsageException("The folder is there already.", [("folder", folder)], "Name one that is not.");

    public static KilnException NotExported(string folder, Exception inner) => new(
        "The version cannot be copied; nothing was left there.", [("folder", folder), ("reason", inner.Message)], "See that the folder's place can be written and has room, or name another.", inner);

    static string Quoted(string text) => text.All(character => char.IsAsciiLetterOrDigit(character) || "=._-/:,@%+".Contains(character)) ? text : $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    static string Shortened(string text)
    {
        var one = new string([.. text.Select(character => char.IsControl(character) ? ' ' : character)]);
        return one.Length <= 80 ? one : $"{one[..80]}… ({text.Length:#,0} characters)";
    }
}
