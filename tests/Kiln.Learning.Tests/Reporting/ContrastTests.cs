using System.Globalization;
using System.Text.RegularExpressions;
using Kiln.Learning.Reporting;

namespace Kiln.Learning.Tests.Reporting;

/// <summary>WCAG 2.1: text needs a contrast of 4.5 to its background, a line of a picture 3.</summary>
public class ContrastTests
{
    static readonly string Styles = new TemplateSource(null).Read("page.css");

    [Theory]
    [InlineData("light")]
    [InlineData("dark")]
    [InlineData("print")]
    public void Every_colour_is_readable_on_both_backgrounds(string mode)
    {
        var colours = Colours(mode);
        foreach (var background in new[] { "paper", "card" })
            foreach (var text in new[] { "ink", "muted", "accent", "one", "two", "three", "Failed" })
                Contrast(colours[text], colours[background]).ShouldBeGreaterThanOrEqualTo(4.5, $"{text} on {background}, {mode}");
        foreach (var state in Enum.GetNames<StageState>())
            Contrast(colours[state], colours["card"]).ShouldBeGreaterThanOrEqualTo(3, $"{state}, {mode}");
    }

    static Dictionary<string, string> Colours(string mode)
    {
        var start = mode switch { "light" => 0, "dark" => Styles.IndexOf("prefers-color-scheme: dark", StringComparison.Ordinal), _ => Styles.IndexOf("@media print", StringComparison.Ordinal) };
        start.ShouldBeGreaterThanOrEqualTo(0);
        var block = Styles[start..Styles.IndexOf('}', start)];
        return Regex.Matches(block, "--(\\w+): #([0-9a-f]{3,6});").ToDictionary(match => match.Groups[1].Value, match => Whole(match.Groups[2].Value));
    }

    static string Whole(string hex) => hex.Length == 6 ? hex : string.Concat(hex.Select(digit => $"{digit}{digit}"));

    static double Contrast(string one, string other)
    {
        var (a, b) = (Luminance(one), Luminance(other));
        return (Math.Max(a, b) + 0.05) / (Math.Min(a, b) + 0.05);
    }

    static double Luminance(string hex)
    {
        double Linear(int at)
        {
            var value = int.Parse(hex.AsSpan(at, 2), NumberStyles.HexNumber) / 255.0;
            return value <= 0.04045 ? value / 12.92 : Math.Pow((value + 0.055) / 1.055, 2.4);
        }
        return (0.2126 * Linear(0)) + (0.7152 * Linear(2)) + (0.0722 * Linear(4));
    }
}
