using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Kiln.Reporting;

namespace Kiln.Registry;

/// <summary>The registry's answers.</summary>
static class VersionPages
{
    const int MostData = 20;

    static Style Style => Style.For(!Console.IsOutputRedirected);

    /// <param name="versions">Those that are shown.</param>
    /// <param name="all">How many there are.</param>
    public static RegistryAnswer List(ImmutableArray<VersionSummary> versions, long all)
    {
        if (versions.IsEmpty) return new("No version is registered.\n", versions);
        var table = new TextTable(Style, "Version", "Stage", "Aliases", "Gate", "Figure", "Registered", "By", "Commit");
        foreach (var version in versions)
            table.Add(
                (version.Name, Style.Strong), (RegistryWords.Of(version.Stage), version.Stage == ModelStage.Production ? Style.Good : Style.Faint), (string.Join(", ", version.Aliases), Same),
                ((version.Gate == GateStanding.Given ? "by --set" : version.Gate.ToString().ToLowerInvariant()), version.Gate == GateStanding.Refused ? Style.Bad : Same), (version.Metrics.Select(Figure).FirstOrDefault() ?? "", Same), (Shown(version.Registered), Same), (version.RegisteredBy, Same),
                (Short(version), version.IsDirty ? Style.Notable : Same));
        return new(table + Rest(all - versions.Length), versions);
    }

    /// <param name="version">A version that was given a name, or lost one.</param>
    /// <param name="former">The version that had the name before, or null.</param>
    public static RegistryAnswer Named(VersionSummary version, VersionSummary? former = null) => new(
        $"{version.Name} {RegistryWords.Standing(version.Stage)}{(version.Aliases.IsEmpty ? "" : $", and is called {string.Join(", ", version.Aliases)}")}{(former is null ? "" : $"; {former.Name} no longer is")}.\n", version);

    /// <param name="version">The version.</param>
    /// <param name="document">Its document.</param>
    /// <param name="history">The lines that tell of it, and of those that took its place.</param>
    /// <param name="folder">Where its files are.</param>
    public static RegistryAnswer Show(VersionSummary version, VersionDocument document, ImmutableArray<HistoryEntry> history, string folder)
    {
        var moved = history.First(entry => entry.Sequence == version.Moved);
        var text = new StringBuilder();
        var facts = new TextTable(Style, version.Name, "");
        facts.Add("stage", $"{RegistryWords.Of(version.Stage)}, since {Shown(moved.At)} by {moved.By}{(moved.Told.Reason is { } why ? $": {why}" : "")}");
        if (!version.Aliases.IsEmpty) facts.Add("aliases", string.Join(", ", version.Aliases));
        facts.Add("gate", RegistryWords.Of(version.Gate));
        foreach (var refusal in document.Gate.Refusals) facts.Add("", $"{refusal.Criterion}: {refusal.Verdict}. {refusal.Reason}");
        if (document.Gate.Override is { } allowed) facts.Add("override", $"{allowed.By}: {allowed.Reason}");
        foreach (var approval in history.Where(entry => entry.Action == HistoryAction.Approve)) facts.Add("approved", $"{Shown(approval.At)} by {approval.By}: {approval.Told.Reason}");
        facts.Add("commit", (document.Commit.Length == 0 ? "none" : document.Commit) + (document.IsDirty && document.Patch.Length > 0 ? $", and what differed from it: {RegistryWords.Few(document.Differing)} (patch {document.Patch[..12]})" : ""));
        foreach (var given in document.Overrides) facts.Add("--set", given);
        facts.Add("run", document.Run);
        facts.Add("model", $"{document.Folder[..12]}, {document.Target.Column} from {document.Inputs.Length} columns");
        facts.Add("files", folder);
        text.Append(facts);
        var figures = new TextTable(Style, "Figure", "Value") { RightAligned = new HashSet<int> { 1 } };
        foreach (var (name, value) in version.Metrics) figures.Add(name, value.ToString("0.######", CultureInfo.InvariantCulture));
        text.Append('\n').Append(figures);
        if (document.Verdicts is { Criteria.IsEmpty: false } verdicts)
        {
            var criteria = new TextTable(Style, "Criterion", "Of", "Verdict", "Why");
            foreach (var criterion in verdicts.Criteria) criteria.Add(criterion.Name, criterion.Figure, criterion.Deciding.Word, criterion.Reason);
            text.Append('\n').Append(criteria);
        }
        var data = new TextTable(Style, "Data", "SHA-256");
        var files = new Lineage(document).Data.ToList();
        foreach (var file in files.Take(MostData)) data.Add(file.Path, file.Hash);
        if (files.Count > MostData) data.Add(string.Create(CultureInfo.InvariantCulture, $"… and {files.Count - MostData:#,0} more: ./build.sh trace {version.Name}"), "");
        text.Append('\n').Append(data);
        text.Append('\n').Append(Lines(history));
        return new(text.ToString(), new { version, document, history, files = folder });
    }

    /// <param name="before">The version as it stood.</param>
    /// <param name="version">As it stands now.</param>
    /// <param name="displaced">The version that it took the place of, or null.</param>
    public static RegistryAnswer Moved(VersionSummary before, VersionSummary version, VersionSummary? displaced) => new(
        $"{RegistryWords.Moved(before, version, displaced)}.\n", new { version, displaced });

    public static RegistryAnswer Approved(VersionSummary version, HistoryEntry entry) => new($"{entry.By} vouches for {version.Name}: {entry.Told.Reason?.ReplaceLineEndings(" ")}\n", entry);

    /// <param name="history">The lines that are shown.</param>
    /// <param name="all">How many there are.</param>
    public static RegistryAnswer History(ImmutableArray<HistoryEntry> history, long all) => new(history.IsEmpty ? "Nothing has been done yet.\n" : Rest(all - history.Length) + Lines(history), history);

    /// <param name="time">The time.</param>
    /// <param name="standing">The lines by which versions came into production that were there then.</param>
    public static RegistryAnswer InProductionAt(DateTimeOffset time, IEnumerable<HistoryEntry> standing)
    {
        var rows = standing.Select(since => (Version: string.Create(CultureInfo.InvariantCulture, $"{since.Model}/{since.Version}"), Since: since)).ToList();
        var then = $"{Shown(time)}{(time > DateTimeOffset.UtcNow ? ", which is still to come: as it stands now" : "")}";
        if (rows.Count == 0) return new($"Nothing was in production at {then}.\n", Array.Empty<object>());
        var table = new TextTable(Style, "In production", "Since", "By", "Why");
        foreach (var (version, since) in rows) table.Add(version, Shown(since.At), since.By, since.Told.Reason ?? "");
        return new($"At {then}:\n{table}", rows.Select(row => new { version = row.Version, since = row.Since }).ToArray());
    }

    public static RegistryAnswer Compare(VersionSummary one, VersionDocument first, VersionSummary two, VersionDocument second)
    {
        var rows = new List<(string What, string Of, string Was, string Is)>();
        foreach (var name in one.Metrics.Keys.Union(two.Metrics.Keys).Order(StringComparer.Ordinal)) rows.Add(("figure", name, Value(one.Metrics, name), Value(two.Metrics, name)));
        rows.AddRange(Differences("version", FactsOf(one, first), FactsOf(two, second)));
        rows.AddRange(Differences("setting", SettingsOf(first), SettingsOf(second)));
        rows.AddRange(Differences("data", SourcesOf(first), SourcesOf(second)).Select(row => row with { Was = Hash(row.Was), Is = Hash(row.Is) }));
        rows.AddRange(Differences("code", CodeOf(first), CodeOf(second)).Select(row => row with { Was = Hash(row.Was), Is = Hash(row.Is) }));
        rows.AddRange(Differences("environment", first.Environment, second.Environment));
        var table = new TextTable(Style, "What", "Of", one.Name, two.Name);
        foreach (var (what, of, was, now) in rows) table.Add(what, of, was, now);
        var alike = new[] { "setting", "data", "code", "environment" }.Where(what => rows.TrueForAll(row => row.What != what)).ToList();
        return new($"{table}{(alike.Count == 0 ? "" : $"The same: {string.Join(", ", alike)}.\n")}", rows.Select(row => new { what = row.What, of = row.Of, first = row.Was, second = row.Is }).ToArray());

        static string Value(ImmutableSortedDictionary<string, double> metrics, string name) => metrics.TryGetValue(name, out var value) ? value.ToString("0.######", CultureInfo.InvariantCulture) : "";

        static string Hash(string hash) => hash.Length > 12 ? hash[..12] : hash;
    }

    public static RegistryAnswer Card(VersionSummary version, string page, string markdown) => new(
        new string([.. markdown.Where(character => character is '\n' or '\t' || !char.IsControl(character))]).TrimEnd('\n') + "\n", new { version = version.Name, page, markdown });

    public static RegistryAnswer Exported(VersionSummary version, string folder) => new($"{version.Name} is in {folder}\n", new { version = version.Name, folder });

    /// <param name="head">Where the history ends; null where something is wrong.</param>
    /// <param name="faults">What is wrong.</param>
    /// <param name="stray">Folders of files that belong to no version.</param>
    public static RegistryAnswer Verified((long Lines, string Hash)? head, ImmutableArray<string> faults, ImmutableArray<string> stray) => new(
        (head is not { } end ? string.Concat(faults.Select(fault => Style.Bad(fault) + "\n"))
            : end.Lines == 0 ? "The history is empty.\n"
            : $"The history is as it was written: {end.Lines:#,0} {(end.Lines == 1 ? "line" : "lines")}; the last has the hash {end.Hash}.\n")
        + string.Concat(stray.Select(folder => $"{folder} belongs to no version: a registration was cut short there, or it is of another registry.\n")),
        new { lines = head?.Lines, hash = head?.Hash, faults, stray });

    static string Rest(long count) => count > 0 ? string.Create(CultureInfo.InvariantCulture, $"… and {count:#,0} older: --all tells them too.\n") : "";

    static string Lines(IEnumerable<HistoryEntry> history)
    {
        var table = new TextTable(Style, "At", "Version", "What", "By", "Why");
        foreach (var entry in history)
        {
            var detail = entry.Told;
            var what = entry.Action switch
            {
                HistoryAction.Register => $"registered: {RegistryWords.Of(detail.Gate ?? GateStanding.None)}",
                HistoryAction.Promote or HistoryAction.Rollback => $"{RegistryWords.Of(entry.Action)}: {RegistryWords.Of(detail.From ?? default)} → {RegistryWords.Of(detail.To ?? default)}{(detail.Displaced is { } old ? $", in place of {old}" : "")}",
                HistoryAction.Alias or HistoryAction.Unalias => $"{RegistryWords.Of(entry.Action)}: {detail.Alias}",
                _ => RegistryWords.Of(entry.Action),
            };
            table.Add(Shown(entry.At), string.Create(CultureInfo.InvariantCulture, $"{entry.Model}/{entry.Version}"), what, entry.By, detail.Reason ?? "");
        }
        return table.ToString();
    }

    static IEnumerable<(string What, string Of, string Was, string Is)> Differences(string what, ImmutableSortedDictionary<string, string> one, ImmutableSortedDictionary<string, string> two) =>
        one.Keys.Union(two.Keys).Order(StringComparer.Ordinal).Select(key => (what, key, one.GetValueOrDefault(key, ""), two.GetValueOrDefault(key, ""))).Where(row => row.Item3 != row.Item4);

    static ImmutableSortedDictionary<string, string> SettingsOf(VersionDocument document) => Merged(document.Stages.SelectMany(stage => stage.Settings));

    static ImmutableSortedDictionary<string, string> CodeOf(VersionDocument document) => Merged(document.Stages.SelectMany(stage => stage.Code));

    /// <summary>The files that no stage wrote, and those that were fetched.</summary>
    static ImmutableSortedDictionary<string, string> SourcesOf(VersionDocument document)
    {
        var lineage = new Lineage(document);
        return Merged(lineage.Sources.Concat(lineage.Data).Select(file => KeyValuePair.Create(file.Path, file.Hash)));
    }

    static ImmutableSortedDictionary<string, string> FactsOf(VersionSummary version, VersionDocument document) => ImmutableSortedDictionary.CreateRange(StringComparer.Ordinal,
    [
        KeyValuePair.Create("stage", RegistryWords.Of(version.Stage)), KeyValuePair.Create("gate", RegistryWords.Of(version.Gate)), KeyValuePair.Create("commit", document.Commit),
        KeyValuePair.Create("differs from its commit", RegistryWords.Few(document.Differing)), KeyValuePair.Create("run", document.Run), KeyValuePair.Create("model", document.Folder[..12]),
    ]);

    static ImmutableSortedDictionary<string, string> Merged(IEnumerable<KeyValuePair<string, string>> pairs) =>
        pairs.DistinctBy(pair => pair.Key).ToImmutableSortedDictionary(StringComparer.Ordinal);

    static string Figure(KeyValuePair<string, double> figure) => string.Create(CultureInfo.InvariantCulture, $"{figure.Key} {figure.Value:0.####}");

    static string Short(VersionSummary version) => version.Commit.Length == 0 ? "none" : version.Commit[..Math.Min(8, version.Commit.Length)] + (version.IsDirty ? "+" : "");

    static string Shown(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    static string Same(string text) => text;
}
