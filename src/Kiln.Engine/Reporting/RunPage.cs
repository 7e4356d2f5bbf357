using System.Collections.Immutable;
using System.Text.Json;
using Kiln.Planning;
using Kiln.Recording;

namespace Kiln.Reporting;

/// <summary>
/// A run as one HTML file. Words stand in it as text; what pictures and the table of stages are drawn from stands in it as data, a short row
/// for each stage that did something and a count for those that did not, so that it stays small and quick to make.
/// </summary>
sealed class RunPage(RecordedRun recorded, Func<string, StageHistory> historyOf)
{
    static readonly string[] Words = ["up to date", "restored", "ran", "skipped", "failed", "cancelled"];

    readonly RunRecord _run = recorded.Run;
    readonly ImmutableArray<RecordedStage> _stages = recorded.Stages;

    /// <summary>The page of a run in the ledger.</summary>
    public static string Of(Ledger ledger, RecordedRun recorded) => new RunPage(recorded, stage => StageHistory.Before(ledger, recorded.Run, stage)).ToString();

    public override string ToString() => PageLayout.Fill("run.html", new()
    {
        ["kind"] = "Run",
        ["title"] = PageLayout.Text($"{_run.Pipeline}: run {_run.Id}"),
        ["pipeline"] = PageLayout.Text(_run.Pipeline),
        ["summary"] = PageLayout.Text(Summary()),
        ["failures"] = Failures(),
        ["facts"] = PageLayout.Facts(RunWords.Facts(_run).Append(("stages at once", _run.Jobs == 0 ? "" : $"{_run.Jobs}"))),
        ["settings"] = PageLayout.Facts(_run.Settings.Select(fact => (fact.Key, fact.Value))),
        ["environment"] = PageLayout.Facts(_run.Environment.Select(fact => (fact.Key, fact.Value))),
        ["data"] = PageLayout.Script(WriteData),
    });

    string Summary()
    {
        var counts = Words.Select(word => (Word: word, Count: _stages.Count(stage => stage.Outcome == word))).Where(count => count.Count > 0);
        return $"{RunWords.Local(_run.Started)}. {string.Join(", ", counts.Select(count => $"{count.Count:#,0} {count.Word}"))}; {Durations.Of(TimeSpan.FromSeconds(_run.Seconds))} in all. Ended: {RunWords.Ended(_run.ExitCode)}.";
    }

    string Failures()
    {
        var failed = _stages.Where(stage => stage.Outcome == "failed").ToList();
        if (failed.Count == 0) return "";
        const int Shown = 50;
        var messages = failed.Take(Shown).Select(stage => $"<h3>{PageLayout.Text(stage.Step.Name)}</h3>\n<pre tabindex=\"0\">{PageLayout.Text(stage.Why)}</pre>\n");
        var rest = failed.Count > Shown ? $"<p>And {failed.Count - Shown:#,0} more; the table of stages has them.</p>\n" : "";
        return $"<section id=\"failures\" aria-labelledby=\"failures-title\">\n<h2 id=\"failures-title\">Failures</h2>\n{string.Concat(messages)}{rest}</section>";
    }

    void WriteData(Utf8JsonWriter json)
    {
        var groups = new PageGroups(GroupGraph.Of([.. _stages.Select(stage => (stage.Step.Group, stage.Step.IsTask, (IReadOnlyList<int>)stage.Step.Needs))]), Words.Length);
        foreach (var stage in _stages) groups.Count(stage.Step.Group, Array.IndexOf(Words, stage.Outcome), stage.Why);
        var lanes = RunTimes.Lanes(_stages);
        var shown = Enumerable.Range(0, _stages.Length).Where(place => _stages[place].Started is not null || _stages[place].Outcome == "failed").ToList();
        var rowOf = shown.Select((place, row) => (place, row)).ToDictionary(entry => entry.place, entry => entry.row);

        json.WriteStartObject();
        json.WriteNumber("seconds", _run.Seconds);
        json.WriteNumber("lanes", lanes.DefaultIfEmpty(-1).Max() + 1);
        PageGroups.WriteTexts(json, "words", Words);
        groups.Write(json);
        json.WriteStartArray("stages");
        foreach (var place in shown) WriteStage(json, _stages[place], lanes[place], groups);
        json.WriteEndArray();
        json.WriteStartArray("path");
        foreach (var place in RunTimes.CriticalPath(_stages)) json.WriteNumberValue(rowOf[place]);
        json.WriteEndArray();
        groups.WriteReasons(json);
        json.WriteEndObject();
    }

    void WriteStage(Utf8JsonWriter json, RecordedStage stage, int lane, PageGroups groups)
    {
        var history = stage.Outcome == "ran" ? historyOf(stage.Step.Name) : null;
        json.WriteStartArray();
        json.WriteNumberValue(groups.PlaceOf(stage.Step.Group));
        json.WriteStringValue(stage.Step.Key);
        json.WriteNumberValue(Array.IndexOf(Words, stage.Outcome));
        json.WriteNumberValue(groups.ReasonOf(stage.Why));
        json.WriteNumberValue(lane);
        WriteNumber(json, (stage.Started - _run.Started)?.TotalSeconds);
        WriteNumber(json, stage.Seconds);
        WriteNumber(json, stage.Usage.CpuSeconds);
        WriteNumber(json, stage.Usage.PeakMemory);
        WriteNumber(json, stage.Usage.BytesIn);
        WriteNumber(json, stage.Usage.BytesOut);
        json.WriteNumberValue(stage.Attempts);
        json.WriteStartArray();
        foreach (var seconds in history?.Seconds ?? []) WriteNumber(json, seconds);
        json.WriteEndArray();
        WriteNumber(json, history?.PeakMemory);
        WriteNumber(json, history?.Bytes);
        json.WriteEndArray();
    }

    static void WriteNumber(Utf8JsonWriter json, double? number)
    {
        if (number is { } known) json.WriteNumberValue(Math.Round(known, 4));
        else json.WriteNullValue();
    }
}
