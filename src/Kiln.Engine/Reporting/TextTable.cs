using System.Text;

namespace Kiln.Reporting;

/// <summary>Aligned columns of text. Plain on purpose: it is printed by runs that have a few milliseconds.</summary>
/// <param name="style">How headings are painted.</param>
/// <param name="headings">The columns' headings.</param>
public sealed class TextTable(Style style, params string[] headings)
{
    readonly List<(string Text, Func<string, string> Paint)[]> _rows = [];

    /// <summary>Columns whose cells stand at the right.</summary>
    public IReadOnlySet<int> RightAligned { get; init; } = new HashSet<int>();

    /// <summary>Adds a row, each cell with how it is painted.</summary>
    public void Add(params (string Text, Func<string, string> Paint)[] cells) => _rows.Add(cells);

    /// <summary>Adds a row.</summary>
    public void Add(params string[] cells) => _rows.Add([.. cells.Select(cell => (cell, (Func<string, string>)(text => text)))]);

    /// <summary>The table as lines of text.</summary>
    public override string ToString()
    {
        var widths = headings.Select((heading, i) => Math.Max(heading.Length, _rows.Count == 0 ? 0 : _rows.Max(row => Printable(row[i].Text).Length))).ToArray();
        var text = new StringBuilder();
        AppendRow(text, widths, [.. headings.Select(heading => (heading, (Func<string, string>)style.Strong))]);
        foreach (var row in _rows) AppendRow(text, widths, row);
        return text.ToString();
    }

    void AppendRow(StringBuilder text, int[] widths, (string Text, Func<string, string> Paint)[] cells)
    {
        for (var i = 0; i < cells.Length; i++)
        {
            var isLast = i == cells.Length - 1;
            var cell = Printable(cells[i].Text);
            var padding = new string(' ', widths[i] - cell.Length);
            var painted = cells[i].Paint(cell);
            text.Append(RightAligned.Contains(i) ? padding + painted : isLast ? painted : painted + padding).Append(isLast ? "\n" : "  ");
        }
    }

    /// <summary>Names come from file names and settings: nothing in them may move the cursor.</summary>
    static string Printable(string text) => text.Any(char.IsControl) ? new string([.. text.Select(c => char.IsControl(c) ? '?' : c)]) : text;
}
