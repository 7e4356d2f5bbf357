using System.Text;
using Kiln.Fingerprinting;

namespace Kiln.Registry.Exporting;

/// <summary>Names and values as MLflow takes them.</summary>
/// <remarks>A name has letters, digits, and any of <c>_ - . / </c> and blank; it is up to 250 characters long, and is as a path what it is as a text, since a server may keep it as a file.</remarks>
static class MlflowNames
{
    /// <summary>In bytes; it leaves room for a word before it.</summary>
    const int LongestName = 200;

    public const int LongestParam = 6000, LongestTag = 5000;

    /// <summary>A name for each of some texts, no two alike, not even but for case. One that MLflow takes as it is stays; the others stay the same from run to run.</summary>
    public static Dictionary<string, string> For(IEnumerable<string> originals)
    {
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        var taken = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (original, name) in originals.Distinct(StringComparer.Ordinal).Select(original => (original, Name: Made(original))).OrderBy(pair => pair.Name != pair.original).ThenBy(pair => pair.original, StringComparer.Ordinal))
        {
            names[original] = taken.Add(name) ? name : Marked(name, original);
            taken.Add(names[original]);
        }
        return names;
    }

    /// <summary>A text of so many bytes of UTF-8 at most; one that is longer ends with an ellipsis.</summary>
    public static string Value(string text, int bytes) => Encoding.UTF8.GetByteCount(text) <= bytes ? text : Beginning(text, bytes - 3) + "…";

    static string Made(string original)
    {
        var name = string.Join('/', new string([.. original.Select(character => char.IsLetterOrDigit(character) || character is '_' or '-' or '.' or ' ' or '/' ? character : '_')]).Split('/').Select(part => part is "" or "." ? "_" : part == ".." ? "__" : part));
        if (name.StartsWith("..", StringComparison.Ordinal)) name = "__" + name[2..];
        return Encoding.UTF8.GetByteCount(name) <= LongestName ? name : Marked(name, original);
    }

    /// <summary>The beginning of a name, and what tells its original from others.</summary>
    static string Marked(string name, string original) => $"{Beginning(name, LongestName - 9)}_{ContentHash.Of(Encoding.UTF8.GetBytes(original)).ToString()[..8]}";

    static string Beginning(string text, int bytes)
    {
        var (length, taken) = (0, 0);
        foreach (var rune in text.EnumerateRunes())
        {
            if (taken + rune.Utf8SequenceLength > bytes) break;
            (length, taken) = (length + rune.Utf16SequenceLength, taken + rune.Utf8SequenceLength);
        }
        return text[..length];
    }
}
