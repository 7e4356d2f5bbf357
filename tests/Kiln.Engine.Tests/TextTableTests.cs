using Kiln.Hosting;
using Kiln.Reporting;

namespace Kiln.Tests;

/// <summary>Tables: whole lines for grep, and columns that keep to a terminal's width.</summary>
public sealed class TextTableTests
{
    const string Reason = "calmer on the weekend than the one before it, which swung";

    [Theory]
    [InlineData(null)]
    [InlineData(88)]
    public void A_table_that_fits_or_need_not_is_a_line_a_row(int? width) => Moves(width).ShouldBe("""
        Version   Stage          Rows  Why
        fraud/12  production  120,000  calmer on the weekend than the one before it, which swung
        fraud/2   archived          7

        """);

    [Fact]
    public void On_a_narrow_terminal_the_widest_column_goes_on_beneath_itself() => Moves(60).ShouldBe("""
        Version   Stage          Rows  Why
        fraud/12  production  120,000  calmer on the weekend than
                                       the one before it, which
                                       swung
        fraud/2   archived          7

        """);

    [Fact]
    public void Words_are_broken_only_where_columns_of_whole_words_do_not_fit() => Moves(38).ShouldBe("""
        Version   Stage        Rows  Why
        fraud/12  producti  120,000  calmer on
                  on                 the
                                     weekend
                                     than the
                                     one
                                     before
                                     it, which
                                     swung
        fraud/2   archived        7

        """);

    [Theory]
    [InlineData(30)]
    [InlineData(37)]
    [InlineData(50)]
    [InlineData(80)]
    [InlineData(113)]
    public void Nothing_is_lost_and_no_line_is_wider_than_the_terminal(int width)
    {
        var reason = string.Concat(Enumerable.Range(0, 60).Select(i => $"{new string((char)('a' + (i % 26)), 1 + (i * 7 % 23))} "));
        var table = Table(width, "Name", "Why");
        table.Add("x", reason);
        var lines = table.ToString().Split('\n')[..^1];
        lines.ShouldAllBe(line => line.Length <= width && line == line.TrimEnd());
        string.Concat(lines[1..].Select(line => line[(line.IndexOf("  ", StringComparison.Ordinal) + 2)..])).Replace(" ", "").ShouldBe(reason.Replace(" ", ""));
    }

    [Fact]
    public void Each_line_of_a_cell_is_painted_by_itself()
    {
        var table = new TextTable(new Style(true) { WidthOf = () => 20 }, "A", "Why");
        table.Add(("x", text => text), ("one two three four five", text => $"<{text}>"));
        table.ToString().ShouldBe("\e[1mA\e[0m  \e[1mWhy\e[0m\nx  <one two three>\n   <four five>\n");
    }

    [Theory]
    [InlineData("plain words", "plain words")]
    [InlineData("grün, 12 – 14 µs …", "grün, 12 – 14 µs …")]
    [InlineData("red\e[31m\n", "red?[31m?")]
    [InlineData("safe \u202Egpj.exe", "safe ?gpj.exe")]
    [InlineData("\u2066a\u2069\u200B\u00AD\uFEFF", "?a????")]
    [InlineData("می\u200Cخواهم 👩\u200D💻", "می\u200Cخواهم 👩\u200D💻")]
    [InlineData("a\u2028b\U000E0041", "a?b?")]
    public void What_could_move_the_cursor_or_hide_is_shown_as_a_question_mark(string text, string shown)
    {
        var table = Table(null, "Why");
        table.Add(text);
        table.ToString().ShouldBe($"Why\n{shown}\n");
    }

    [Fact]
    public void What_a_reader_takes_for_one_character_counts_as_one_and_is_not_torn()
    {
        var table = Table(11, "Name", "W");
        table.Add("e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301", "w");
        table.ToString().ShouldBe("Name      W\ne\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301  w\ne\u0301\n");
    }

    [Theory]
    [InlineData(null, true)]
    [InlineData(60, true)]
    [InlineData(59, false)]
    public void A_table_that_was_kept_is_printed_again_only_where_it_fits(int? width, bool fits) =>
        new Glance { IsPrinted = true, Table = ($"Stage\n{new string('x', 60)}\n", ""), Counts = "" }.Fits(new Style(false) { WidthOf = () => width }).ShouldBe(fits);

    static string Moves(int? width)
    {
        var table = new TextTable(new Style(false) { WidthOf = () => width }, "Version", "Stage", "Rows", "Why") { RightAligned = new HashSet<int> { 2 } };
        table.Add("fraud/12", "production", "120,000", Reason);
        table.Add("fraud/2", "archived", "7", "");
        return table.ToString();
    }

    static TextTable Table(int? width, params string[] headings) => new(new Style(false) { WidthOf = () => width }, headings);
}
