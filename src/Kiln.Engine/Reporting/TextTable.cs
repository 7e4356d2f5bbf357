using System.Text;

namespace Kiln.Reporting;

/// <summary>
/// Aligned columns of text. Plain on purpose: it is printed by runs that have a few milliseconds. On a terminal that is too narrow the widest
/// left-aligned columns get narrower, and what does not fit goes on beneath, in its own column; elsewhere a row is one line, for grep.
/// </summary>
/// <param name="style">How headings are painted, and how wide lines may be.</param>
/// <param name="headings">The columns' headings.</param>
public sealed class TextTable(Style style, params string[] headings)
{
    const int Gap = 2;

    /// <summary>No column is made narrower than this.</summary>
    const int Least = 8;

    readonly List<(string Text, Func<string, string> Paint)[]> _rows = [];

    /// <summary>Columns whose cells stand at the right. They are never wrapped.</summary>
    public IReadOnlySet<int> RightAligned { get; init; } = new HashSet<int>();

    /// <summary>Adds a row, each cell with how it is painted.</summary>
    public void Add(params (string Text, Func<string, string> Paint)[] cells) => _rows.Add([.. cells.Select(cell => (PrintableText.Of(cell.Text), cell.Paint))]);

    /// <summary>Adds a row.</summary>
    public void Add(params string[] cells) => Add([.. cells.Select(cell => (cell, (Func<string, string>)(text => text)))]);

    /// <summary>The table as lines of text. None ends with blanks.</summary>
    public override string ToString()
    {
        (string Text, Func<string, string> Paint)[][] all = [[.. headings.Select(heading => (heading, (Func<string, string>)style.Strong))], .. _rows];
        var widths = headings.Select((_, i) => all.Max(row => PrintableText.WidthOf(row[i].Text))).ToArray();
        var text = new StringBuilder();
        if (style.Width is { } most && widths.Sum() + (Gap * (widths.Length - 1)) > most)
        {
            widths = Narrowed(widths, i => LongestWord(all, i), most) ?? Narrowed(widths, _ => Least, most) ?? [.. widths.Select((width, i) => RightAligned.Contains(i) ? width : Math.Min(width, Least))];
            foreach (var row in all) AppendWrapped(text, widths, row);
        }
        else
            foreach (var row in all) AppendLine(text, widths, row);

        return text.ToString();
    }

    /// <summary>Takes from the widest columns until a line has at most so many characters; null where it cannot without going below what each column needs.</summary>
    int[]? Narrowed(int[] natural, Func<int, int> needed, int most)
    {
        var widths = natural.ToArray();
        var least = natural.Select((width, i) => RightAligned.Contains(i) ? width : Math.Min(width, needed(i))).ToArray();
        for (var surplus = widths.Sum() + (Gap * (widths.Length - 1)) - most; surplus > 0; surplus--)
        {
            var widest = -1;
            for (var i = 0; i < widths.Length; i++)
                if (widths[i] > least[i] && (widest < 0 || widths[i] > widths[widest])) widest = i;
            if (widest < 0) return null;
            widths[widest]--;
        }

        return widths;
    }

    static int LongestWord((string Text, Func<string, string> Paint)[][] rows, int column) => Math.Max(Least, rows.Max(row => row[column].Text.Split(' ').Max(PrintableText.WidthOf)));

    void AppendWrapped(StringBuilder text, int[] widths, (string Text, Func<string, string> Paint)[] cells)
    {
        var wrapped = cells.Select((cell, i) => PrintableText.Wrap(cell.Text, widths[i]).ToArray()).ToArray();
        for (var line = 0; line < wrapped.Max(lines => lines.Length); line++)
            AppendLine(text, widths, [.. cells.Select((cell, i) => (wrapped[i].ElementAtOrDefault(line) ?? "", cell.Paint))]);
    }

    void AppendLine(StringBuilder text, int[] widths, (string Text, Func<string, string> Paint)[] cells)
    {
        var last = Array.FindLastIndex(cells, cell => cell.Text.Length > 0);
        for (var i = 0; i <= last; i++)
        {
            var (cell, paint) = cells[i];
            var padding = new string(' ', widths[i] - PrintableText.WidthOf(cell));
            var painted = cell.Length > 0 ? paint(cell) : "";
            text.Append(RightAligned.Contains(i) ? padding + painted : i == last ? painted : painted + padding);
            if (i < last) text.Append(' ', Gap);
        }

        text.Append('\n');
    }
}
