using System.Text.Encodings.Web;
using System.Text.Json;

namespace Kiln;

/// <summary>Text as a JSON string, readable in any language.</summary>
static class JsonText
{
    /// <summary>Most text needs no escape, and then the encoder is not even loaded.</summary>
    public static string Quote(string text)
    {
        foreach (var letter in text)
            if (letter is < ' ' or > '~' or '"' or '\\')
                return $"\"{JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}\"";
        return $"\"{text}\"";
    }
}
