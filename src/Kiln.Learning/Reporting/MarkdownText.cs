using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;
using HandlebarsDotNet;

namespace Kiln.Learning.Reporting;

/// <summary>
/// Text within Markdown: characters that could begin markup are escaped, and a line stays a line. Front matter takes values as JSON, which YAML
/// reads as they are.
/// </summary>
sealed partial class MarkdownText : ITextEncoder
{
    static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public void Encode(StringBuilder? text, TextWriter target) => Encode(text?.ToString(), target);

    public void Encode(string? text, TextWriter target) => target.Write(Escaped().Replace(OneLine(text ?? ""), @"\$0"));

    public void Encode<T>(T? text, TextWriter target)
        where T : IEnumerator<char>
    {
        var all = new StringBuilder();
        while (text?.MoveNext() == true) all.Append(text.Current);
        Encode(all, target);
    }

    /// <summary>A value as front matter has it: a quoted text, or a number that reads back exactly.</summary>
    public static string Yaml(object? value) => value switch
    {
        double number => double.IsFinite(number) ? number.ToString("R", CultureInfo.InvariantCulture) : ".nan",
        null => "null",
        _ => JsonSerializer.Serialize($"{value}", Readable),
    };

    /// <summary>Text as code within a line: it stands between more backticks than follow one another in it.</summary>
    public static string Code(object? value)
    {
        var text = OneLine($"{value}");
        var longest = LongestRun(text);
        return longest == 0 ? $"`{text}`" : $"{new string('`', longest + 1)} {text} {new string('`', longest + 1)}";
    }

    /// <summary>The same in a table, where a bar ends the cell even within code.</summary>
    public static string CodeCell(object? value) => Code(value).Replace("|", @"\|", StringComparison.Ordinal);

    /// <summary>Lines of code, between fences of more backticks than follow one another in them.</summary>
    public static string Lines(object? value)
    {
        var fence = new string('`', Math.Max(3, LongestRun($"{value}") + 1));
        return $"{fence}\n{value}\n{fence}";
    }

    static int LongestRun(string text) => Backticks().Matches(text).Select(match => match.Length).DefaultIfEmpty(0).Max();

    static string OneLine(string text) => text.ReplaceLineEndings(" ");

    /// <summary>What may begin markup anywhere in a line. An underscore within a word does not.</summary>
    [GeneratedRegex(@"[\\`*\[\]<>|&~]|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])")]
    private static partial Regex Escaped();

    [GeneratedRegex("`+")]
    private static partial Regex Backticks();
}
