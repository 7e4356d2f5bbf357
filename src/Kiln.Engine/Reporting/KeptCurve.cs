using System.Collections.Immutable;
using System.Text.Json;

namespace Kiln.Reporting;

/// <summary>
/// A curve that a stage left in a file called curves.json: <c>{"curves": [{"heading", "xTitle", "yTitle", "model", "role", "metric", "value", "points": [{"x", "y", "lower", "upper"}]}]}</c>, of which those count whose role is <c>model</c>.
/// </summary>
/// <param name="Heading">What it is called: curves of one heading lie over one another.</param>
/// <param name="XTitle">What its places are.</param>
/// <param name="YTitle">What its values are.</param>
/// <param name="Model">What it is of.</param>
/// <param name="Metric">The metric that goes with it.</param>
/// <param name="Value">What that comes to; null where it is not defined.</param>
/// <param name="Points">Each place, the value there, and the ends of the band, which may be null.</param>
sealed record KeptCurve(string Heading, string XTitle, string YTitle, string Model, string Metric, double? Value, ImmutableArray<double?[]> Points)
{
    public const string FileName = "curves.json";

    /// <returns>The curves; none where the file is of another shape.</returns>
    public static ImmutableArray<KeptCurve> Parse(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            using var json = JsonDocument.Parse(bytes);
            return [.. json.RootElement.GetProperty("curves").EnumerateArray().Where(curve => Text(curve, "role") == "model").Select(Read)];
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return [];
        }
    }

    static KeptCurve Read(JsonElement curve) => new(
        Text(curve, "heading"), Text(curve, "xTitle"), Text(curve, "yTitle"), Text(curve, "model"), Text(curve, "metric"), Number(curve, "value"),
        [.. curve.GetProperty("points").EnumerateArray().Select(point => new[] { Number(point, "x"), Number(point, "y"), Number(point, "lower"), Number(point, "upper") })]);

    static string Text(JsonElement curve, string name) => curve.GetProperty(name).GetString() ?? "";

    static double? Number(JsonElement element, string name) => element.GetProperty(name) is { ValueKind: not JsonValueKind.Null } number ? number.GetDouble() : null;
}
