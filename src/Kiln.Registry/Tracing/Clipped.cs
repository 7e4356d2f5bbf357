namespace Kiln.Registry;

/// <summary>Texts that others gave, short enough to be read, and unable to move the cursor.</summary>
static class Clipped
{
    const int Most = 60, MinPath = 12;

    /// <summary>A value: its beginning.</summary>
    public static string Text(string text) => Plain(text.Length > Most ? text[..(Most - 1)] + "…" : text);

    /// <summary>A line, cut at the end where it is wider than the terminal.</summary>
    /// <param name="line">The line.</param>
    /// <param name="width">The terminal's width; null where none cuts lines.</param>
    public static string Line(string line, int? width) => width is > 1 && line.Length > width ? line[..(width.Value - 1)] + "…" : line;

    /// <summary>A line with a path in it, cut within the path where it is wider than the terminal: its end tells most.</summary>
    public static string Line(string before, string path, string after, int? width)
    {
        var room = (width ?? int.MaxValue) - before.Length - after.Length;
        if (path.Length > room && room >= MinPath) path = path[..(room / 3)] + "…" + path[^(room - (room / 3) - 1)..];
        return Line(before + path + after, width);
    }

    static string Plain(string text) => text.Any(char.IsControl) ? new string([.. text.Select(c => char.IsControl(c) ? '?' : c)]) : text;
}
