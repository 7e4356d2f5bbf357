using System.Globalization;

namespace Kiln.Registry;

/// <summary>Times as people give them.</summary>
static class Times
{
    static readonly string[] Forms =
    [
        "yyyy-MM-dd", "yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.fffK", "yyyy-MM-dd HH:mmK", "yyyy-MM-dd HH:mm:ssK",
    ];

    /// <summary>Reads a time; one without a zone is UTC, and a day is its beginning.</summary>
    /// <exception cref="UsageException">It is none.</exception>
    public static DateTimeOffset Parse(string text) => DateTimeOffset.TryParseExact(text, Forms, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : throw RegistryErrors.NotATime(text);
}
