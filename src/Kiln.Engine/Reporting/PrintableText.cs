using System.Globalization;
using System.Text;

namespace Kiln.Reporting;

/// <summary>Text for a terminal, counted in what a reader takes for one character. It knows nothing of characters that are two columns wide.</summary>
static class PrintableText
{
    /// <summary>Before this, each character is one to its reader.</summary>
    const char FirstCombining = '\u0300';

    /// <summary>Names come from file names, settings and people: nothing in them may move the cursor, turn round what is read, or be there unseen. Joiners, which scripts and emoji are written with, stay.</summary>
    public static string Of(string text)
    {
        if (!text.AsSpan().ContainsAnyExceptInRange(' ', '~')) return text.TrimEnd();
        var printable = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes()) printable.Append(IsHarmful(rune) ? "?" : rune.ToString());
        return printable.ToString().TrimEnd();
    }

    /// <summary>How many characters a reader sees.</summary>
    public static int WidthOf(string text) => text.AsSpan().ContainsAnyExceptInRange('\0', (char)(FirstCombining - 1)) ? new StringInfo(text).LengthInTextElements : text.Length;

    /// <summary>The text in lines of at most so many characters, broken at blanks, and within a word only where it is longer than a line.</summary>
    public static IEnumerable<string> Wrap(string text, int width)
    {
        var elements = StringInfo.ParseCombiningCharacters(text);
        var begin = 0;
        while (elements.Length - begin > width)
        {
            var end = begin + width;
            while (end > begin && !IsBlank(end)) end--;
            if (text[elements[begin]..elements[end]].Trim().Length == 0) end = begin + width;
            yield return text[elements[begin]..elements[end]].TrimEnd();
            for (begin = end; begin < elements.Length && IsBlank(begin); begin++)
            {
            }
        }

        if (begin < elements.Length) yield return text[elements[begin]..];

        bool IsBlank(int element) => text[elements[element]] == ' ';
    }

    static bool IsHarmful(Rune rune) => rune.Value is not (0x200C or 0x200D)
        && Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
}
