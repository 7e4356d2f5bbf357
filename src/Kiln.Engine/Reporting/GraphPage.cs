using System.Collections.Immutable;
using System.Text.Json;
using Kiln.Planning;
using Kiln.Running;

namespace Kiln.Reporting;

/// <summary>A plan's graph as one HTML file, coloured by what a run would do.</summary>
static class GraphPage
{
    static readonly string[] Words = ["up to date", "would be restored", "would run", "would be skipped", "would fail", ""];

    public static string Of(string pipeline, GroupGraph graph, ImmutableArray<Forecast> forecasts) => PageLayout.Fill("graph.html", new()
    {
        ["kind"] = "Graph",
        ["title"] = PageLayout.Text($"{pipeline}: graph"),
        ["pipeline"] = PageLayout.Text(pipeline),
        ["summary"] = PageLayout.Text(string.Join(", ", forecasts.CountBy(StateOf).OrderBy(count => count.Key).Select(count => $"{count.Value:#,0} {Words[count.Key]}")) + "."),
        ["data"] = PageLayout.Script(json => WriteData(json, graph, forecasts)),
    });

    static void WriteData(Utf8JsonWriter json, GroupGraph graph, ImmutableArray<Forecast> forecasts)
    {
        var groups = new PageGroups(graph, Words.Length);
        foreach (var forecast in forecasts) groups.Count(forecast.Node.Stage.Name, StateOf(forecast), forecast.Why);
        json.WriteStartObject();
        PageGroups.WriteTexts(json, "words", Words);
        groups.Write(json);
        groups.WriteReasons(json);
        json.WriteStartArray("stages");
        json.WriteEndArray();
        json.WriteStartArray("path");
        json.WriteEndArray();
        json.WriteEndObject();
    }

    static int StateOf(Forecast forecast) => forecast switch
    {
        Forecast.UpToDate => 0,
        Forecast.Restore => 1,
        Forecast.Skip => 3,
        Forecast.Fail => 4,
        _ => 2,
    };
}
