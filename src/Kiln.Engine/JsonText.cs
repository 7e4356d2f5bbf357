using System.Text.Encodings.Web;
using System.Text.Json;

namespace Kiln;

/// <summary>Text as a JSON string, readable in any language.</summary>
static class JsonText
{
    public static string Quote(string text) => "\"" + JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping) + "\"";
}
