using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Kiln.Recording;

namespace Kiln.Reporting;

/// <summary>What changed between two versions of the lock files: settings, metrics, data and code, for people and for programs.</summary>
static class DiffPage
{
    /// <summary>How many partitions of a stage are named.</summary>
    const int Most = 4;

    public static string Text(string from, string to, IReadOnlyList<LockDiff> diffs, Style style)
    {
        if (diffs.Count == 0) return $"Nothing differs between {from} and {to}.\n";
        var text = new StringBuilder();
        foreach (var diff in diffs)
        {
            text.Append(text.Length > 0 ? "\n" : "").Append(style.Strong(diff.Path)).Append(diff switch
            {
                { Presence: LockPresence.EarlierOnly } => $": only in {from}",
                { Presence: LockPresence.LaterOnly } => $": only in {to}",
                { WasPath: { } was } => $", which was {was}",
                _ => "",
            }).Append('\n');
            foreach (var name in diff.Added) text.Append("  stage ").Append(name).Append(" is only in ").Append(to).Append('\n');
            foreach (var name in diff.Removed) text.Append("  stage ").Append(name).Append(" is only in ").Append(from).Append('\n');
            Append(text, "Setting", diff, from, to, style, LockedKind.Setting);
            Append(text, "Metric", diff, from, to, style, LockedKind.Metric);
            Append(text, "Data", diff, from, to, style, LockedKind.Input, LockedKind.Inputs, LockedKind.Output, LockedKind.Partition);
            Append(text, "Code", diff, from, to, style, LockedKind.Code);
        }

        return text.ToString();
    }

    public static string Json(string from, string to, IReadOnlyList<LockDiff> diffs)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteString("from", from);
            json.WriteString("to", to);
            json.WriteStartArray("pipelines");
            foreach (var diff in diffs) WriteDiff(json, diff);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.ToArray()) + "\n";
    }

    static void WriteDiff(Utf8JsonWriter json, LockDiff diff)
    {
        json.WriteStartObject();
        json.WriteString("file", diff.Path);
        if (diff.WasPath is { } was) json.WriteString("was", was);
        json.WriteString("in", diff.Presence switch { LockPresence.Both => "both", LockPresence.EarlierOnly => "from", _ => "to" });
        WriteNames(json, "added", diff.Added);
        WriteNames(json, "removed", diff.Removed);
        json.WriteStartArray("changes");
        foreach (var change in diff.Changes)
        {
            json.WriteStartObject();
            json.WriteString("stage", change.Stage);
            json.WriteString("kind", change.Kind.ToString().ToLowerInvariant());
            json.WriteString("label", change.Label);
            json.WriteString("from", change.Old);
            json.WriteString("to", change.New);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    static void WriteNames(Utf8JsonWriter json, string property, IEnumerable<string> names)
    {
        json.WriteStartArray(property);
        foreach (var name in names) json.WriteStringValue(name);
        json.WriteEndArray();
    }

    static void Append(StringBuilder text, string heading, LockDiff diff, string from, string to, Style style, params LockedKind[] kinds)
    {
        var changes = diff.Changes.Where(change => kinds.Contains(change.Kind)).ToList();
        if (changes.Count == 0) return;
        var areNumbers = kinds is [LockedKind.Metric];
        var table = new TextTable(style, areNumbers ? ["Stage", heading, from, to, "Change"] : ["Stage", heading, from, to]);
        foreach (var change in changes.Where(change => change.Kind != LockedKind.Partition))
        {
            string[] cells = [change.Stage, kinds.Length > 1 ? $"{change.Kind.ToString().ToLowerInvariant()} {change.Label}" : change.Label, Shortened.Value(change.Old), Shortened.Value(change.New)];
            table.Add(areNumbers ? [.. cells, Difference(change)] : cells);
        }

        foreach (var stage in changes.Where(change => change.Kind == LockedKind.Partition).GroupBy(change => change.Stage))
            table.Add(stage.Key, string.Create(CultureInfo.InvariantCulture, $"{stage.Count():#,0} partition{(stage.Count() > 1 ? "s" : "")}"),
                Some(stage.Where(change => change.Old is not null)), Some(stage.Where(change => change.New is not null)));
        text.Append('\n').Append(table);
    }

    static string Some(IEnumerable<LockChange> partitions)
    {
        var keys = partitions.Select(partition => partition.Label).ToList();
        return keys.Count == 0 ? "(none)" : string.Join(", ", keys.Take(Most)) + (keys.Count > Most ? ", …" : "");
    }

    /// <summary>By how much a number grew or shrank.</summary>
    static string Difference(LockChange change) =>
        double.TryParse(change.Old, CultureInfo.InvariantCulture, out var old) && double.TryParse(change.New, CultureInfo.InvariantCulture, out var now)
            ? (now - old).ToString("+0.######;-0.######;0", CultureInfo.InvariantCulture) : "";
}
