using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Kiln.Learning.Reporting;

/// <summary>A picture and the numbers behind it: the same rows feed the Vega-Lite specification and the table beneath.</summary>
public sealed record Chart
{
    /// <summary>The specification among the templates: <c>charts/NAME.vl.json</c>. A pipeline's folder of templates may hold more than those that are built in.</summary>
    public required string Name { get; init; }

    /// <summary>The figure's id on the page, where it is not the specification's name: a page has each once.</summary>
    public string Id { get => field ?? Name; init; }

    /// <summary>What the picture shows, in a word or two.</summary>
    public required string Heading { get; init; }

    /// <summary>How to read the picture, and what it says.</summary>
    public required string Caption { get; init; }

    /// <summary>What the specification may refer to; a title written <c>@field</c> in it is that column's heading.</summary>
    public required ImmutableArray<PageColumn> Columns { get; init; }

    /// <summary>The numbers, a value a column.</summary>
    public required ImmutableArray<object?[]> Rows { get; init; }

    /// <summary>Single facts the specification marks (a threshold, a mean), by field.</summary>
    public JsonObject Marks { get; init; } = [];

    /// <summary>The picture's height in pixels where it depends on the rows; otherwise the specification says.</summary>
    public int? Height { get; init; }

    /// <summary>The specification with its data, safe to stand in a script element.</summary>
    internal string SpecificationWithData(TemplateSource source)
    {
        var name = $"{TemplateSource.Charts}{Name}.vl.json";
        var specification = ChartSpecification.Read(source, name);
        if (source.IsOwn(name)) RefuseUnknownFields(specification, source.Origin(name));
        FillTitles(specification, source.Origin(name));
        specification["description"] = $"{Heading}. {Caption}";
        if (Height is { } height) specification["height"] = height;
        specification["datasets"] = new JsonObject
        {
            ["rows"] = new JsonArray([.. Rows.Select(RowObject)]),
            ["marks"] = new JsonArray(Marks.DeepClone()),
        };
        return ScriptJson.Of(specification);
    }

    /// <summary>A field that the page does not give, and that no step of the specification makes, would draw an empty picture.</summary>
    void RefuseUnknownFields(JsonObject specification, string origin)
    {
        var texts = Texts(specification, "").ToLookup(pair => pair.Key, pair => pair.Text);
        var known = Columns.Select(column => column.Field).Concat(Marks.Select(mark => mark.Key)).Concat(texts["as"]).ToHashSet();
        // What has dots or brackets reaches into a value, and may mean anything.
        if (texts["field"].FirstOrDefault(field => field.All(character => char.IsLetterOrDigit(character) || character == '_') && !known.Contains(field)) is { } unknown)
            throw ReportingErrors.NoSuchField(origin, unknown, known);

        static IEnumerable<(string Key, string Text)> Texts(JsonNode? node, string key) => node switch
        {
            JsonArray items => items.SelectMany(item => Texts(item, key)),
            JsonObject members => members.SelectMany(member => Texts(member.Value, member.Key)),
            JsonValue value when value.TryGetValue<string>(out var text) => [(key, text)],
            _ => [],
        };
    }

    void FillTitles(JsonNode? node, string origin)
    {
        foreach (var item in node as JsonArray ?? []) FillTitles(item, origin);
        foreach (var (key, value) in (node as JsonObject)?.ToList() ?? [])
            if (key == "title" && value is JsonValue text && text.TryGetValue<string>(out var title) && title.StartsWith('@'))
                node![key] = Columns.FirstOrDefault(column => column.Field == title[1..])?.Heading ?? throw ReportingErrors.UnknownField(origin, title[1..], Columns.Select(column => column.Field));
            else FillTitles(value, origin);
    }

    JsonNode RowObject(object?[] row) =>
        new JsonObject(Columns.Select((column, index) => KeyValuePair.Create(column.Field, JsonSerializer.SerializeToNode(row[index] is double number && !double.IsFinite(number) ? null : row[index]))));
}
