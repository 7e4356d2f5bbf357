using System.Text;
using System.Text.Json;
using Kiln.Planning;
using Kiln.Running;

namespace Kiln.Reporting;

/// <summary>A stage's forecast with what a status page adds: how long its body took when it last ran, and where a result would come from.</summary>
readonly record struct StatusLine(Forecast Forecast, double? Seconds, string Source);

/// <summary>What would run, and why: for people, and for programs.</summary>
static class StatusPage
{
    /// <param name="lines">A line a stage.</param>
    /// <param name="all">Whether stages that would stay as they are have rows too.</param>
    /// <param name="style">How to paint.</param>
    public static string Text(IReadOnlyList<StatusLine> lines, bool all, Style style)
    {
        var text = new StringBuilder();
        var groups = lines.GroupBy(line => line.Forecast.Node.Stage.Name).ToList();
        var table = new TextTable(style, "Stage", "Would", "From", "Takes", "Why") { RightAligned = new HashSet<int> { 3 } };
        var rows = 0;
        foreach (var group in groups)
            foreach (var alike in group.GroupBy(line => line.Forecast.Would))
            {
                var first = alike.First();
                if (!all && first.Forecast is Forecast.UpToDate) continue;
                var count = group.Count() > 1 ? $" ({alike.Count()} of {group.Count()})" : "";
                var sources = alike.Select(line => line.Source).Distinct().ToList();
                var why = alike.CountBy(line => line.Forecast.Why).OrderByDescending(reason => reason.Value).Select(reason => reason.Key).ToList();
                table.Add(group.Key, alike.Key + count, sources.Count == 1 ? sources[0] : "several", Takes(alike),
                    why[0] + (why.Count > 1 ? $" (and {why.Count - 1:#,0} other reason{(why.Count > 2 ? "s" : "")})" : ""));
                rows++;
            }

        if (rows > 0) text.Append(table);
        return text.Append(style.Faint(Summary(lines))).Append('\n').ToString();
    }

    public static string Json(string pipeline, IReadOnlyList<StatusLine> lines)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteString("pipeline", pipeline);
            json.WriteBoolean("stale", lines.Any(line => line.Forecast.IsStale));
            json.WriteStartArray("stages");
            foreach (var (forecast, seconds, source) in lines)
            {
                json.WriteStartObject();
                json.WriteString("stage", forecast.Node.Name);
                json.WriteString("would", forecast.Would);
                json.WriteString("why", forecast.Why);
                if (source.Length > 0) json.WriteString("from", source);
                if (seconds is { } known) json.WriteNumber("seconds", Math.Round(known, 3));
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.ToArray()) + "\n";
    }

    static string Takes(IEnumerable<StatusLine> lines)
    {
        var running = lines.Where(line => line.Forecast is Forecast.Run or Forecast.Follow).ToList();
        var known = running.Where(line => line.Seconds is not null).ToList();
        return known.Count == 0 ? "" : Durations.Of(TimeSpan.FromSeconds(known.Average(line => line.Seconds!.Value) * running.Count));
    }

    static string Summary(IReadOnlyList<StatusLine> lines)
    {
        var running = lines.Where(line => line.Forecast is Forecast.Run or Forecast.Follow).ToList();
        var counts = lines.CountBy(line => line.Forecast switch
        {
            Forecast.UpToDate => "up to date",
            Forecast.Restore => "to restore",
            Forecast.Run => "to run",
            Forecast.Follow => "to run unless what they read stays the same",
            Forecast.Skip => "to skip",
            _ => "to fail",
        }).Select(count => $"{count.Value:#,0} {count.Key}");
        var seconds = running.Sum(line => line.Seconds ?? 0);
        var strangers = running.Count(line => line.Seconds is null && !line.Forecast.Node.IsTask);
        var work = seconds > 0 ? $"; about {Durations.Of(TimeSpan.FromSeconds(seconds))} of work by past times" : "";
        return string.Join(", ", counts) + work + (strangers > 0 && seconds > 0 ? $", and {strangers:#,0} never timed" : "");
    }
}
