using System.Text.Json;

namespace Kiln.Learning.Reporting;

/// <summary>
/// JSON that may stand inside a script element. The serializer's default encoder writes &lt;, &gt;, &amp;, quotes, U+2028, U+2029 and everything
/// beyond ASCII as \u escapes, so data can neither end the element nor open a comment; a test holds it to that.
/// </summary>
static class ScriptJson
{
    public static string Of<T>(T value) => JsonSerializer.Serialize(value, JsonSerializerOptions.Web);
}
