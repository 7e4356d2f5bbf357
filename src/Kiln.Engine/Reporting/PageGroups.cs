using System.Text.Json;
using Kiln.Planning;

namespace Kiln.Reporting;

/// <summary>The nodes of a page's graph as data: name, whether it is a task, its needs, how many of its stages are in which state, and why.</summary>
sealed class PageGroups(GroupGraph graph, int states)
{
    readonly Dictionary<string, int> _placeOf = graph.Nodes.Select((node, place) => (node.Name, place)).ToDictionary(node => node.Name, node => node.place, StringComparer.Ordinal);
    readonly int[,] _counts = new int[graph.Nodes.Length, states];
    readonly int[] _reasons = new int[graph.Nodes.Length];
    readonly Dictionary<string, int> _reasonPlaces = new(StringComparer.Ordinal);

    /// <summary>A node's place among the nodes.</summary>
    public int PlaceOf(string group) => _placeOf[group];

    /// <summary>Counts a stage in; the first one's reason stands for all of its node.</summary>
    public void Count(string group, int state, string why)
    {
        var place = _placeOf[group];
        var isFirst = Enumerable.Range(0, states).All(other => _counts[place, other] == 0);
        _counts[place, state]++;
        if (isFirst) _reasons[place] = ReasonOf(why);
    }

    /// <summary>Many stages give one reason: it is written once. Of one with many lines the first is enough.</summary>
    public int ReasonOf(string why)
    {
        var reason = why.Split('\n')[0];
        if (!_reasonPlaces.TryGetValue(reason, out var place)) _reasonPlaces[reason] = place = _reasonPlaces.Count;
        return place;
    }

    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartArray("groups");
        for (var place = 0; place < graph.Nodes.Length; place++)
        {
            json.WriteStartArray();
            json.WriteStringValue(graph.Nodes[place].Name);
            json.WriteBooleanValue(graph.Nodes[place].IsTask);
            json.WriteStartArray();
            foreach (var need in graph.Nodes[place].Needs) json.WriteNumberValue(need);
            json.WriteEndArray();
            json.WriteStartArray();
            for (var state = 0; state < states; state++) json.WriteNumberValue(_counts[place, state]);
            json.WriteEndArray();
            json.WriteNumberValue(_reasons[place]);
            json.WriteEndArray();
        }

        json.WriteEndArray();
    }

    /// <summary>The reasons that were given, by their numbers: last, when all are known.</summary>
    public void WriteReasons(Utf8JsonWriter json) => WriteTexts(json, "reasons", _reasonPlaces.Keys);

    public static void WriteTexts(Utf8JsonWriter json, string name, IEnumerable<string> texts)
    {
        json.WriteStartArray(name);
        foreach (var text in texts) json.WriteStringValue(text);
        json.WriteEndArray();
    }
}
