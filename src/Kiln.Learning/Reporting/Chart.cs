using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Kiln.Learning.Reporting;

/// <summary>How a column's numbers are written in the table beneath a picture.</summary>
enum ColumnFormat
{
    Text,
    Count,
    Measure,
    Score,
    Percent,
    Seconds,
}

/// <summary>A column of a chart's rows: the field that the specification reads, and the heading that people read.</summary>
sealed record ChartColumn(string Field, string Heading, ColumnFormat Format)
{
    public bool IsNumber => Format != ColumnFormat.Text;
}

/// <summary>A picture and the numbers behind it: the same rows feed the Vega-Lite specification and the table beneath.</summary>
sealed record Chart
{
    /// <summary>The specification's name among the templates, and the figure's id on the page.</summary>
    public required string Name { get; init; }

    public required string Heading { get; init; }

    /// <summary>How to read the picture, and what it says.</summary>
    public required string Caption { get; init; }

    public required ImmutableArray<ChartColumn> Columns { get; init; }

    /// <summary>The numbers, a value a column.</summary>
    public required ImmutableArray<object?[]> Rows { get; init; }

    /// <summary>Single facts the specification marks (a threshold, a mean), by field.</summary>
    public JsonObject Marks { get; init; } = [];

    /// <summary>The picture's height in pixels where it depends on the rows; otherwise the specification says.</summary>
    public int? Height { get; init; }

    /// <summary>The specification with its data, safe to stand in a script element.</summary>
    public string SpecificationWithData(TemplateSource source)
    {
        var name = $"charts/{Name}.vl.json";
        JsonObject specification;
        try
        {
            specification = JsonNode.Parse(source.Read(name))!.AsObject();
        }
        catch (JsonException broken)
        {
            throw ReportingErrors.BrokenTemplate(source.Origin(name), broken.Message, broken);
        }
        specification["description"] = $"{Heading}. {Caption}";
        if (Height is { } height) specification["height"] = height;
        specification["datasets"] = new JsonObject
        {
            ["rows"] = new JsonArray([.. Rows.Select(RowObject)]),
            ["marks"] = new JsonArray(Marks.DeepClone()),
        };
        return ScriptJson.Of(specification);
    }

    JsonNode RowObject(object?[] row) =>
        new JsonObject(Columns.Select((column, index) => KeyValuePair.Create(column.Field, JsonSerializer.SerializeToNode(row[index] is double.NaN ? null : row[index]))));
}
