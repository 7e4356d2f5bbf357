using System.Text.RegularExpressions;

namespace Kiln.Learning.Reporting;

/// <summary>What is wrong with a template's own text, and on which line.</summary>
/// <param name="Line">Counted from 1; null where it is not known.</param>
/// <param name="Problem">What it is, in words.</param>
readonly partial record struct TemplateFault(int? Line, string Problem)
{
    /// <summary>Blocks that are not closed, closings of nothing, and partials that there are not; null where there is none of these.</summary>
    /// <param name="text">A Handlebars template.</param>
    /// <param name="partials">The names that a partial may have.</param>
    public static TemplateFault? In(string text, IReadOnlyCollection<string> partials)
    {
        var open = new Stack<(string Name, int Line)>();
        foreach (var tag in Tag().Matches(text).Where(tag => tag.Groups["sign"].Success))
        {
            var (line, name) = (LineAt(text, tag.Index), tag.Groups["name"].Value);
            switch (tag.Groups["sign"].Value)
            {
                case "#" or "^" or "#*" when name.Length > 0:
                    open.Push((name, line));
                    break;
                case "/" when open.Count == 0:
                    return new(line, $"{{{{/{name}}}}} closes nothing");
                case "/" when open.Pop() is var last && last.Name != name:
                    return new(line, $"{{{{/{name}}}}} stands where {{{{/{last.Name}}}}} has to: {last.Name} was opened on line {last.Line}");
                case ">" or "#>" when !partials.Contains(name.Trim('"', '\'')):
                    return new(line, $"there is no partial {name}; there are {string.Join(", ", partials)}");
                case "#>":
                    open.Push((name, line));
                    break;
            }
        }
        return open.TryPeek(out var first) ? new(first.Line, $"{{{{#{first.Name}}}}} is not closed") : null;
    }

    /// <summary>What the library says, with the line where it tells one: it counts from 0.</summary>
    public static TemplateFault Told(string message) => Place().Match(message) is { Success: true } place
        ? new(int.Parse(place.Groups[1].ValueSpan, System.Globalization.CultureInfo.InvariantCulture) + 1, message[..place.Index].Trim().TrimEnd(':'))
        : new(null, message);

    static int LineAt(string text, int place) => text.AsSpan(0, place).Count('\n') + 1;

    /// <summary>A tag: a comment, which has no sign, or one that opens, closes or includes. What a dynamic partial includes is not known beforehand.</summary>
    [GeneratedRegex(@"\{\{!--.*?--\}\}|\{\{![^}]*\}\}|\{\{\{?~?\s*(?<sign>#>|#\*|[#^/>])\s*(?<name>[^\s}(~]*)(?<!\s*\()", RegexOptions.Singleline)]
    private static partial Regex Tag();

    [GeneratedRegex(@"Occured at: *(\d+):\d+")]
    private static partial Regex Place();
}
