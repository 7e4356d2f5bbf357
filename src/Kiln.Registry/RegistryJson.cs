using System.Text.Json;
using System.Text.Json.Serialization;

namespace Kiln.Registry;

/// <summary>How the registry's records become text. What is not known is refused.</summary>
static class RegistryJson
{
    /// <summary>On one line, for the history.</summary>
    public static JsonSerializerOptions Line { get; } = new(JsonSerializerDefaults.Web)
    {
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    /// <summary>Of documents, which say of nothing that it is there.</summary>
    public static JsonSerializerOptions Document { get; } = new(Line) { DefaultIgnoreCondition = JsonIgnoreCondition.Never };

    /// <summary>For people and programs to read.</summary>
    public static JsonSerializerOptions Indented { get; } = new(Line) { WriteIndented = true };
}
