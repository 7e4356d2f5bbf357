using Newtonsoft.Json.Linq;
using NJsonSchema;
using NJsonSchema.Validation;

namespace Kiln.Learning.Reporting;

/// <summary>The JSON schema that Vega-Lite publishes with its scripts. Reading it takes a second, so only who has specifications of their own does.</summary>
static class VegaLiteSchema
{
    const int MostNamed = 20;

    static readonly Lazy<JsonSchema> Schema = new(Load);

    /// <summary>What breaks the schema: of all that do not fit one of its alternatives, the innermost; null where nothing does.</summary>
    public static TemplateFault? FaultOf(JObject specification)
    {
        // Vega-Lite takes null, in an encoding, for what is not to be had from the view around; its schema does not.
        var judged = (JObject)specification.DeepClone();
        foreach (var nothing in judged.Descendants().OfType<JProperty>().Where(property => property.Value.Type == JTokenType.Null).ToList()) nothing.Remove();
        var leaves = Schema.Value.Validate(judged).SelectMany(Leaves).OrderByDescending(Depth).ThenBy(Vagueness).ToList();
        return leaves.Count == 0 ? null : new(LineOf(specification, leaves[0]), Words(leaves[0], leaves));
    }

    static JsonSchema Load()
    {
        var schema = JObject.Parse(File.ReadAllText(ChartScripts.Schema));
        // The library knows enumerations, and not the word for one of a single value.
        foreach (var only in schema.Descendants().OfType<JProperty>().Where(property => property is { Name: "const", Value: JValue }).ToList()) only.Replace(new JProperty("enum", new JArray(only.Value)));
        return JsonSchema.FromJsonAsync(schema.ToString(Newtonsoft.Json.Formatting.None)).GetAwaiter().GetResult();
    }

    static IEnumerable<ValidationError> Leaves(ValidationError error) =>
        error is ChildSchemaValidationError parent && parent.Errors.Values.Any(errors => errors.Count > 0) ? parent.Errors.Values.SelectMany(errors => errors).SelectMany(Leaves) : [error];

    /// <summary>How far inside it lies; what is missing is told by what it is missing in.</summary>
    static int Depth(ValidationError error) => PathOf(error).Count(letter => letter is '.' or '[') - (error.Kind == ValidationErrorKind.PropertyRequired ? 1 : 0);

    static int Vagueness(ValidationError error) => error.Kind switch
    {
        ValidationErrorKind.NotInEnumeration => 0,
        ValidationErrorKind.NoAdditionalPropertiesAllowed => 1,
        ValidationErrorKind.PropertyRequired => 3,
        _ => 2,
    };

    static string Words(ValidationError error, IEnumerable<ValidationError> all) => error.Kind switch
    {
        ValidationErrorKind.NotInEnumeration => $"{PathOf(error)} is none of {string.Join(", ", all.Where(other => other.Kind == error.Kind && other.Path == error.Path).SelectMany(other => other.Schema.Enumeration).Distinct().Take(MostNamed))}",
        ValidationErrorKind.NoAdditionalPropertiesAllowed => $"{PathOf(error)} is nothing that Vega-Lite knows there",
        ValidationErrorKind.PropertyRequired => $"{PathOf(error)} is missing",
        _ => $"{PathOf(error)} is nothing that Vega-Lite takes there",
    };

    static string PathOf(ValidationError error) => (error.Path ?? "").TrimStart('#', '/');

    /// <summary>The line of what is wrong, or of what it is missing in: lines are not kept by the copy that was judged.</summary>
    static int? LineOf(JObject specification, ValidationError error)
    {
        for (var path = PathOf(error); path.Length > 0; path = path[..Math.Max(0, path.LastIndexOfAny(['.', '[']))])
            if (specification.SelectToken(path) is Newtonsoft.Json.IJsonLineInfo found && found.HasLineInfo()) return found.LineNumber;
        return 1;
    }
}
