using System.Net;
using System.Text;
using System.Text.RegularExpressions;

namespace Kiln.Reporting;

/// <summary>What a page calls itself in its title, "NAME: kind".</summary>
/// <param name="Name">Of what it tells.</param>
/// <param name="Kind">What kind of page it is; empty where the title does not say.</param>
sealed partial record PageTitle(string Name, string Kind)
{
    /// <summary>A title stands in the first bytes of a page, if anywhere.</summary>
    const int Head = 4096;

    /// <summary>The kinds that a reader looks for first; others follow by their names.</summary>
    static readonly string[] First = ["model card", "evaluation", "data", "comparison"];

    /// <summary>A page's title; null where it has none.</summary>
    /// <param name="file">The page.</param>
    public static PageTitle? Of(string file)
    {
        var bytes = new byte[Head];
        using var stream = File.OpenRead(file);
        var read = stream.ReadAtLeast(bytes, Head, throwOnEndOfStream: false);
        var title = WebUtility.HtmlDecode(Title().Match(Encoding.UTF8.GetString(bytes, 0, read)).Groups[1].Value).Trim();
        if (title.Length == 0) return null;
        var end = title.LastIndexOf(": ", StringComparison.Ordinal);
        return end > 0 ? new(title[..end], title[(end + 2)..]) : new(title, "");
    }

    /// <summary>Where pages of a kind stand among others.</summary>
    public static int PlaceOf(string kind) => Array.IndexOf(First, kind) is var place and >= 0 ? place : kind.Length > 0 ? First.Length : First.Length + 1;

    /// <summary>A kind as a heading.</summary>
    public static string Heading(string kind) => kind.Length == 0 ? "Others" : char.ToUpperInvariant(kind[0]) + kind[1..];

    [GeneratedRegex("<title>([^<]*)</title>", RegexOptions.IgnoreCase)]
    private static partial Regex Title();
}
