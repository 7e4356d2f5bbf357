using System.Text.Json;
using System.Text.Json.Nodes;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;
using JsonException = System.Text.Json.JsonException;

namespace Kiln.Learning.Reporting;

/// <summary>
/// A picture's specification among the templates. A pipeline's own is held to the schema that Vega-Lite publishes, and to what a page that is read from disk needs: it asks for no file and
/// no address, and its data are the page's.
/// </summary>
static class ChartSpecification
{
    /// <summary>The version of Vega-Lite that draws.</summary>
    const string Version = "https://vega.github.io/schema/vega-lite/v6.json";

    /// <summary>The data that a page gives.</summary>
    static readonly string[] Datasets = ["rows", "marks"];

    /// <summary>The specification of this name.</summary>
    /// <exception cref="KilnException">It is none, or asks for what a page does not have; the error tells file and line.</exception>
    public static JsonObject Read(TemplateSource source, string name)
    {
        var text = source.Read(name);
        if (source.IsOwn(name) && FaultOf(text) is { } fault) throw ReportingErrors.BrokenTemplate(source.Origin(name), fault);
        try
        {
            return JsonNode.Parse(text)!.AsObject();
        }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException)
        {
            throw ReportingErrors.BrokenTemplate(source.Origin(name), new(null, broken.Message), broken);
        }
    }

    /// <summary>What is wrong with a specification; null where nothing is.</summary>
    internal static TemplateFault? FaultOf(string text)
    {
        JToken read;
        try
        {
            read = JToken.Parse(text);
        }
        catch (JsonReaderException broken)
        {
            return new(broken.LineNumber, $"it is not JSON: {broken.Message.Split(". Path")[0]}");
        }
        if (read is not JObject specification) return new(1, "it is not an object of JSON");
        if ((string?)(specification["$schema"] as JValue) != Version) return new(LineOf(specification["$schema"] ?? specification), $"$schema is not {Version}, the version that draws");
        if (specification["data"] is null) return new(1, "data is missing: write \"data\": { \"name\": \"rows\" }");
        return RequestIn(specification) ?? VegaLiteSchema.FaultOf(specification);
    }

    /// <summary>What in it would ask for a file or an address, or for data that are not there.</summary>
    static TemplateFault? RequestIn(JToken node)
    {
        foreach (var property in node.Children<JProperty>())
            if (Request(property.Name, property.Value) is { } problem) return new(LineOf(property), $"{property.Path}: {problem}");
        return node.Children().Where(child => child is not JProperty { Name: "values" }).Select(RequestIn).FirstOrDefault(fault => fault is not null);
    }

    static string? Request(string key, JToken value) => key switch
    {
        "url" when TextOf(value) is not { } text || !text.StartsWith("data:", StringComparison.Ordinal) => "a page asks for no file and no address; its data are rows and marks, and an image is written as data:",
        "href" when TextOf(value) is not { } text || !text.StartsWith('#') => "a picture leads nowhere but to a place of its own page (#id)",
        "usermeta" => "a specification does not set how it is embedded",
        "data" when value is JObject data && TextOf(data["name"]) is { } name && data.Count == 1 && !Datasets.Contains(name) => $"there are no data {name}; a page gives {string.Join(" and ", Datasets)}",
        _ => null,
    };

    /// <summary>A text, or one that is given as a value; null for what comes from elsewhere.</summary>
    static string? TextOf(JToken? value) => value switch
    {
        JValue { Type: JTokenType.String } text => (string?)text,
        JObject { Count: 1 } holder => TextOf(holder["value"]),
        _ => null,
    };

    static int LineOf(JToken token) => ((IJsonLineInfo)token).LineNumber;
}
