using System.Text.Json;

namespace Kiln.Registry;

/// <summary>What a command answers: for people, and for programs.</summary>
/// <param name="Text">Lines for people.</param>
/// <param name="Value">The same for programs.</param>
sealed record RegistryAnswer(string Text, object Value)
{
    public string Json => JsonSerializer.Serialize(Value, Value.GetType(), RegistryJson.Indented) + "\n";
}
