using System.Globalization;
using Kiln.Fingerprinting;

namespace Kiln.Reporting;

/// <summary>Colour where it helps: on a terminal, unless NO_COLOR is set. And how much of a line there is.</summary>
/// <param name="isColoured">Whether it paints.</param>
public sealed class Style(bool isColoured)
{
    /// <summary>The style of a stream: coloured where it is a terminal and nobody asked for no colour.</summary>
    /// <param name="isTerminal">Whether the stream written to is a terminal.</param>
    public static Style For(bool isTerminal) => new(
        isTerminal && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR")) && Environment.GetEnvironmentVariable("TERM") != "dumb")
    {
        WidthOf = isTerminal ? TerminalWidth : () => null,
    };

    /// <summary>Whether it paints.</summary>
    public bool IsColoured => isColoured;

    /// <summary>How many columns a line has; null where it may be of any length. A table asks, and nothing before it: who has no table to print need not know.</summary>
    public int? Width => WidthOf();

    internal Func<int?> WidthOf { get; init; } = () => null;

    /// <summary>What went well.</summary>
    public string Good(string text) => Paint("32", text);

    /// <summary>What went wrong.</summary>
    public string Bad(string text) => Paint("31", text);

    /// <summary>What matters less.</summary>
    public string Faint(string text) => Paint("2", text);

    /// <summary>Headings.</summary>
    public string Strong(string text) => Paint("1", text);

    /// <summary>What should be looked at.</summary>
    public string Notable(string text) => Paint("33", text);

    /// <summary>A stage's outcome.</summary>
    public string Outcome(Outcome outcome, string text) => outcome switch
    {
        Kiln.Outcome.Ran or Kiln.Outcome.Restored => Good(text),
        Kiln.Outcome.Failed => Bad(text),
        Kiln.Outcome.Skipped or Kiln.Outcome.Cancelled => Notable(text),
        _ => Faint(text),
    };

    /// <summary>What COLUMNS says, or the kernel. .NET's own answer would set the terminal up for input first.</summary>
    static int? TerminalWidth() =>
        int.TryParse(Environment.GetEnvironmentVariable("COLUMNS"), NumberStyles.None, CultureInfo.InvariantCulture, out var said) && said > 0 ? said
        : Libc.TerminalColumns is > 0 and var columns ? columns : null;

    string Paint(string code, string text) => isColoured ? $"\e[{code}m{text}\e[0m" : text;
}
