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

    /// <summary>The text with every time replaced by as many dots, so that it can be compared whole.</summary>
    public static string Masked(string printed) => Times().Replace(printed, match => new string('.', match.Length));

    static string WithoutTimes(string line) => TimeColumn().Replace(line, "  ");

    [GeneratedRegex(@"\d+(\.\d)? m?s\b")]
    private static partial Regex Times();

    [GeneratedRegex(@" +\d+(\.\d)? m?s  ")]
    private static partial Regex TimeColumn();

    [GeneratedRegex(" {2,}")]
    private static partial Regex Spaces();
}
