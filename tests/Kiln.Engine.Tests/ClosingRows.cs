using System.Text.RegularExpressions;

namespace Kiln.Tests;

/// <summary>Reads the closing table of what a run printed.</summary>
static partial class ClosingRows
{
    /// <summary>The rows of a stage, with single spaces and without their times.</summary>
    public static IEnumerable<string> Of(string printed, string stage)
    {
        var lines = printed.Split('\n');
        return lines.SkipWhile(line => !line.StartsWith("Stage ", StringComparison.Ordinal))
            .Where(line => line.StartsWith(stage + " ", StringComparison.Ordinal)).Select(line => Spaces().Replace(WithoutTimes(line), " "));
    }

    /// <summary>The text without times and with single spaces: what is shown of a time, and how wide its column is, depends on how long a run took.</summary>
    public static string Squeezed(string printed) => Spaces().Replace(Times().Replace(printed, ""), " ");

    static string WithoutTimes(string line) => TimeColumn().Replace(line, "  ");

    [GeneratedRegex(@"( in)? *\d+(\.\d)? m?s\b")]
    private static partial Regex Times();

    [GeneratedRegex(@" +\d+(\.\d)? m?s  ")]
    private static partial Regex TimeColumn();

    [GeneratedRegex(" {2,}")]
    private static partial Regex Spaces();
}
