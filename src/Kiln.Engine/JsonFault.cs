using System.Collections;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Kiln;

/// <summary>What is wrong with a JSON text, in words for people: where in it, and what belongs there. The reader's own words name classes of the program.</summary>
public static partial class JsonFault
{
    /// <summary>A sentence without its full stop, such as <c>line 3: "rounds" is to be a whole number</c>.</summary>
    /// <param name="error">What the reader threw: a <see cref="JsonException"/>, or its <see cref="NotSupportedException"/> of a kind that is not named.</param>
    public static string Describe(Exception error)
    {
        var place = Place().Match(error.Message);
        var text = (place.Success ? error.Message[..place.Index] : error.Message).TrimEnd(' ', '.');
        var path = (error as JsonException)?.Path ?? (place.Groups["path"] is { Success: true } named ? named.Value : null);
        var line = (error as JsonException)?.LineNumber ?? (long.TryParse(place.Groups["line"].Value, out var number) ? number : null);
        return (line is null ? "" : $"line {line + 1}: ") + Reason(error, text, path is null or "$" ? "it" : $"\"{path.TrimStart('$', '.')}\"");
    }

    static string Reason(Exception error, string text, string what)
    {
        if (Converted().Match(text) is { Success: true } converted) return $"{what} is to be {Expected(converted.Groups["type"].Value)}";
        if (Lacking().Match(text) is { Success: true } lacking) return $"{what} lacks {lacking.Groups["names"].Value.Replace('\'', '"')}";
        if (Unmapped().Match(text) is { Success: true } unmapped) return $"\"{unmapped.Groups["name"].Value}\" is not known here";
        if (Unrecognized().Match(text) is { Success: true } unrecognized) return $"{what} is of a kind that is not known, {unrecognized.Groups["kind"].Value.Replace('\'', '"')}";
        if (error is NotSupportedException) return $"{what} does not tell its kind";
        // What is no JSON at all the reader says in plain words.
        return error is JsonException && !DotNet().IsMatch(text) ? text : $"{what} is not what belongs there";
    }

    /// <summary>What a value of a type looks like in a file.</summary>
    static string Expected(string type)
    {
        if (Inner().Match(type) is { Success: true } inner && type.StartsWith("System.Nullable", StringComparison.Ordinal)) return Expected(inner.Groups["type"].Value);
        var found = AppDomain.CurrentDomain.GetAssemblies().Select(assembly => assembly.GetType(type)).FirstOrDefault(known => known is not null);
        return type switch
        {
            "System.Byte" or "System.Int16" or "System.Int32" or "System.Int64" => "a whole number",
            "System.Single" or "System.Double" or "System.Decimal" => "a number",
            "System.Boolean" => "true or false",
            "System.String" => "a text",
            "System.DateOnly" => "a date such as \"2018-04-01\"",
            _ when found is { IsEnum: true } => "one of " + string.Join(", ", Enum.GetNames(found).Select(JsonNamingPolicy.CamelCase.ConvertName)),
            _ when IsList(type, found) => "a list",
            _ => "an object",
        };
    }

    static bool IsList(string name, Type? type) =>
        type is null ? name.Contains("Array", StringComparison.Ordinal) || name.Contains("List", StringComparison.Ordinal) : typeof(IEnumerable).IsAssignableFrom(type);

    [GeneratedRegex(@"\s*(Path: (?<path>\S+) \| )?LineNumber: (?<line>\d+) \| BytePositionInLine: \d+\.?.*$", RegexOptions.Singleline)]
    private static partial Regex Place();

    [GeneratedRegex(@"could not be converted to (?<type>\S+)$")]
    private static partial Regex Converted();

    [GeneratedRegex(@"missing required properties including: (?<names>.+)$")]
    private static partial Regex Lacking();

    [GeneratedRegex(@"The JSON property '(?<name>.*)' could not be mapped")]
    private static partial Regex Unmapped();

    [GeneratedRegex(@"unrecognized type discriminator id (?<kind>.+)$")]
    private static partial Regex Unrecognized();

    [GeneratedRegex(@"\[(?<type>[\w.+]+)")]
    private static partial Regex Inner();

    [GeneratedRegex(@"\.NET|System\.|Kiln\.|type '")]
    private static partial Regex DotNet();
}
