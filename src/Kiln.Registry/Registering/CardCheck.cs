using System.Text.RegularExpressions;

namespace Kiln.Registry;

/// <summary>Looks whether a model card says what a version has to have on record. The pipeline's own template may leave it out.</summary>
static partial class CardCheck
{
    static readonly string[] Required = ["What it is for", "What it is not for", "Known limits", "Who answers for it", "Results on the test rows"];

    /// <param name="path">The card.</param>
    /// <param name="markdown">Its text as Markdown.</param>
    /// <param name="page">The same as a page, in which the sections have to stand as well.</param>
    /// <exception cref="KilnException">A required section is missing or empty; the error names them all.</exception>
    public static void Demand(string path, string markdown, string page)
    {
        var lines = Comment().Replace(markdown, "").Split('\n').Select(line => line.TrimEnd()).ToList();
        string[] missing = [.. Required.Where(section => !IsFilled(lines, section)), .. Required.Where(section => !page.Contains(section, StringComparison.Ordinal)).Select(section => $"{section} (of the page)")];
        if (missing.Length > 0) throw RegistryErrors.CardLacks(path, missing);
    }

    static bool IsFilled(List<string> lines, string section)
    {
        var at = lines.FindIndex(line => line.TrimStart('#').Trim() == section && line.StartsWith('#'));
        return at >= 0 && lines.Skip(at + 1).TakeWhile(line => !line.StartsWith('#')).Any(line => line.Any(char.IsLetterOrDigit));
    }

    [GeneratedRegex("<!--.*?-->", RegexOptions.Singleline)]
    private static partial Regex Comment();
}
