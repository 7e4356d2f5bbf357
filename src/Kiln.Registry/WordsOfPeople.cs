using System.Globalization;
using System.Text;

namespace Kiln.Registry;

/// <summary>Holds what people say to what can be kept and shown again: words, and nothing that moves a cursor or hides or turns round what is beside it.</summary>
static class WordsOfPeople
{
    const int Most = 2_000;

    /// <exception cref="UsageException">It is no name.</exception>
    public static void CheckName(string by)
    {
        if (string.IsNullOrWhiteSpace(by)) throw RegistryErrors.NoWords("It is not said who does this.", "by");
        if (!AreWords(by) || by.Contains('\n', StringComparison.Ordinal)) throw RegistryErrors.NotWords("This cannot be kept as a name.", "by", by, Most);
    }

    /// <exception cref="UsageException">It is no reason.</exception>
    public static void CheckReason(string reason, bool mayBeEmpty = false)
    {
        if (string.IsNullOrWhiteSpace(reason) && !(mayBeEmpty && reason.Length == 0)) throw RegistryErrors.NoWords("It is not said why.", "reason");
        if (!AreWords(reason)) throw RegistryErrors.NotWords("This cannot be kept as a reason.", "reason", reason, Most);
    }

    static bool AreWords(string text) => text.Length <= Most && text.EnumerateRunes().All(rune => rune.Value is '\n' or 0x200C or 0x200D || !(rune == Rune.ReplacementChar || Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator));
}
