using System.Buffers;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Kiln.Reporting;

/// <summary>
/// Lays pages out: puts a layout into the frame that all pages have, with its styles and scripts, and fills the places. A page makes no request and runs no script but its
/// own, which its policy names by hash. Places are written <c>{{name}}</c>; what fills them is HTML.
/// </summary>
static class PageLayout
{
    static readonly string[] Scripts = ["page.js", "graph.js", "timeline.js", "stages.js", "curves.js"];

    public static string Fill(string layout, Dictionary<string, string> places)
    {
        var script = string.Concat(Scripts.Select(Read));
        places["styles"] = Read("page.css") + Read("run.css");
        places["script"] = script;
        places["policy"] = $"default-src 'none'; script-src 'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(script)))}'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";

        var text = new StringBuilder();
        var template = Read("frame.html").Replace("{{content}}", Read(layout)).AsSpan();
        for (var at = template.IndexOf("{{"); at >= 0; at = template.IndexOf("{{"))
        {
            var end = template.IndexOf("}}");
            text.Append(template[..at]).Append(places[template[(at + 2)..end].ToString()]);
            template = template[(end + 2)..];
        }

        return text.Append(template).ToString();
    }

    /// <summary>Text as HTML.</summary>
    public static string Text(string text) => WebUtility.HtmlEncode(text);

    /// <summary>JSON that may stand in a script element: its writer escapes &lt;, &gt;, &amp; and quotes, so data cannot end the element.</summary>
    public static string Script(Action<Utf8JsonWriter> write)
    {
        var bytes = new ArrayBufferWriter<byte>(1 << 16);
        using (var json = new Utf8JsonWriter(bytes)) write(json);
        return Encoding.UTF8.GetString(bytes.WrittenSpan);
    }

    public static string Facts(IEnumerable<(string Fact, string Value)> facts)
    {
        var rows = facts.Where(fact => fact.Value.Length > 0).Select(fact => $"<div><dt>{Text(fact.Fact)}</dt><dd>{Text(fact.Value)}</dd></div>\n").ToList();
        return rows.Count == 0 ? "<p>None.</p>" : $"<dl class=\"facts\">\n{string.Concat(rows)}</dl>";
    }

    static string Read(string name)
    {
        using var stream = typeof(PageLayout).Assembly.GetManifestResourceStream("pages/" + name) ?? throw new InvalidOperationException($"There is no {name} among the pages.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
