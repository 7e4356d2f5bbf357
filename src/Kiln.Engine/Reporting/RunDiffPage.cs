using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Kiln.Fingerprinting;
using Kiln.Recording;

namespace Kiln.Reporting;

/// <summary>Two runs of a pipeline as one HTML file: in what they differ, what ran, what was measured, and their curves over one another.</summary>
sealed class RunDiffPage(KeptRun earlier, KeptRun later)
{
    /// <summary>So many rows of a table are told; the rest is counted.</summary>
    const int MostRows = 200, MostStages = 3;

    const string None = "–";

    readonly ImmutableArray<OverlaidCurve> _curves = OverlaidCurve.Of(earlier, later);

    public override string ToString() => PageLayout.Fill("diff.html", new()
    {
        ["kind"] = "Comparison of two runs",
        ["title"] = PageLayout.Text($"{earlier.Run.Pipeline}: runs {earlier.Run.Id} and {later.Run.Id}"),
        ["pipeline"] = PageLayout.Text(earlier.Run.Pipeline),
        ["summary"] = PageLayout.Text($"From run {earlier.Run.Id} of {RunWords.Local(earlier.Run.Started)} to run {later.Run.Id} of {RunWords.Local(later.Run.Started)}."),
        ["runs"] = Table("The runs", ["", .. Heads], RunWords.Facts(earlier.Run).Zip(RunWords.Facts(later.Run), (was, now) => Row(was.Fact, was.Value, now.Value))),
        ["settings"] = Table("Settings that differ", ["Setting", .. Heads], Differing(earlier.Run.Settings, later.Run.Settings).Select(change => Row(change.Key, Shortened.Value(change.Was), Shortened.Value(change.Is)))),
        ["inputs"] = Table("Files that no stage makes, and that differ", ["File", .. Heads], Differing(earlier.Sources(), later.Sources()).Select(change => Row(change.Key, Shortened.Value(change.Was), Shortened.Value(change.Is)))),
        ["code"] = Table("Code that differs", ["Code of", .. Heads, "Of"], Code()),
        ["environment"] = Table("What the machines differ in", ["", .. Heads], Differing(earlier.Run.Environment, later.Run.Environment).Select(change => Row(change.Key, change.Was ?? None, change.Is ?? None))),
        ["stages"] = Table("Stages, and how they fared", ["Stage", .. Heads], Stages()),
        ["metrics"] = Table("What whole stages measured", ["Stage", "Metric", .. Heads.Select(head => "#" + head), "#Change"], Metrics()),
        ["curves"] = Curves(),
        ["data"] = PageLayout.Script(WriteData),
    });

    string[] Heads => [earlier.Run.Id, later.Run.Id];

    static string[] Row(string name, string was, string now) => [name, was.Length == 0 ? None : was, now.Length == 0 ? None : now];

    /// <summary>Code of stages that both runs have, a change a row, however many stages it is of.</summary>
    IEnumerable<string[]> Code()
    {
        var stages = earlier.Stages.Select(stage => stage.Step.Name).Intersect(later.Stages.Select(stage => stage.Step.Name)).ToHashSet();
        return Differing(earlier.Facts(FactKind.Code), later.Facts(FactKind.Code)).Where(change => stages.Contains(change.Key.Stage))
            .GroupBy(change => (change.Key.Label, change.Was, change.Is), change => RecordedStep.Named(change.Key.Stage).Group)
            .OrderBy(change => change.Key.Label, StringComparer.Ordinal)
            .Select(change => (string[])[.. Row(change.Key.Label, Shortened.Value(change.Key.Was), Shortened.Value(change.Key.Is)), Some([.. change.Distinct()])]);
    }

    static string Some(List<string> stages) => string.Join(", ", stages.Take(MostStages)) + (stages.Count > MostStages ? string.Create(CultureInfo.InvariantCulture, $" and {stages.Count - MostStages:#,0} more") : "");

    static IEnumerable<(TKey Key, string? Was, string? Is)> Differing<TKey>(IReadOnlyDictionary<TKey, string> was, IReadOnlyDictionary<TKey, string> now)
        where TKey : notnull => was.Keys.Union(now.Keys).Select(key => (key, was.GetValueOrDefault(key), now.GetValueOrDefault(key))).Where(pair => pair.Item2 != pair.Item3).OrderBy(pair => pair.key);

    IEnumerable<string[]> Stages() => earlier.Stages.Concat(later.Stages).Select(stage => stage.Step.Group).Distinct().Select(group => Row(group, Fared(earlier, group), Fared(later, group)));

    /// <summary>The outcomes of a stage's partitions, each with their number where they are several, and how long they worked.</summary>
    static string Fared(KeptRun run, string group)
    {
        var stages = run.Stages.Where(stage => stage.Step.Group == group).ToList();
        var outcomes = stages.CountBy(stage => stage.Outcome).Select(outcome => stages.Count == 1 ? outcome.Key : string.Create(CultureInfo.InvariantCulture, $"{outcome.Key} {outcome.Value:#,0}"));
        var seconds = stages.Sum(stage => stage.Seconds);
        return string.Join(", ", outcomes) + (Durations.Of(TimeSpan.FromSeconds(seconds)) is { Length: > 0 } time ? $"; {time}" : "");
    }

    IEnumerable<string[]> Metrics()
    {
        var (was, now) = (earlier.Metrics(), later.Metrics());
        return was.Keys.Union(now.Keys).Order().Select(key => (string[])
            [key.Stage, key.Name, Number(was, key), Number(now, key), was.TryGetValue(key, out var before) && now.TryGetValue(key, out var after) ? (after - before).ToString("+#,0.######;−#,0.######;0", CultureInfo.InvariantCulture) : None]);
    }

    static string Number(Dictionary<(string, string), double> metrics, (string, string) key) => metrics.TryGetValue(key, out var value) ? value.ToString("#,0.######", CultureInfo.InvariantCulture) : None;

    static string Table(string caption, string[] heads, IEnumerable<string[]> all)
    {
        var rows = all.ToList();
        if (rows.Count == 0) return "<p>Nothing differs.</p>";
        var head = string.Concat(heads.Select(text => text.Length == 0 ? "<td></td>" : $"<th scope=\"col\"{Class(text)}>{PageLayout.Text(text.TrimStart('#'))}</th>"));
        var body = string.Concat(rows.Take(MostRows).Select(row => $"<tr>{string.Concat(row.Select((cell, column) => column == 0 ? $"<th scope=\"row\">{PageLayout.Text(cell)}</th>" : $"<td{Class(heads[column])}>{PageLayout.Text(cell)}</td>"))}</tr>\n"));
        var rest = rows.Count > MostRows ? string.Create(CultureInfo.InvariantCulture, $"<p>And {rows.Count - MostRows:#,0} more.</p>") : "";
        return $"<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"{PageLayout.Text(caption)}\"><table class=\"compared\"><caption>{PageLayout.Text(caption)}</caption><thead><tr>{head}</tr></thead><tbody>\n{body}</tbody></table></div>{rest}";

        static string Class(string text) => text.StartsWith('#') ? " class=\"number\"" : "";
    }

    string Curves()
    {
        var notes = new[] { earlier, later }.SelectMany(run => run.Made(KeptCurve.FileName).Where(file => file.Value is null)
            .Select(file => $"<p>The store no longer has {PageLayout.Text(file.Key)} as run {PageLayout.Text(run.Run.Id)} had it.</p>\n"));
        var figures = _curves.Select((curve, place) => $"""
            <figure class="chart" id="curve-{place}">
              <h3>{PageLayout.Text(curve.Heading)}</h3>
              <div class="plot"></div>
              <figcaption>{PageLayout.Text(curve.Caption)}</figcaption>
              <details><summary>The numbers</summary><div class="scroll" tabindex="0" role="region" aria-label="{PageLayout.Text(curve.Heading)}, the numbers"></div></details>
            </figure>

            """);
        return string.Concat(notes) + (_curves.IsEmpty ? "<p>The runs have no curves to compare.</p>" : $"<div class=\"figures\">\n{string.Concat(figures)}</div>");
    }

    void WriteData(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        foreach (var none in new[] { "words", "groups", "stages", "path", "reasons" }) PageGroups.WriteTexts(json, none, []);
        json.WriteStartArray("curves");
        foreach (var curve in _curves) curve.Write(json);
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
