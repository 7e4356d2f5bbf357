using Kiln.Fingerprinting;

namespace Kiln.Reporting;

/// <summary>Values of facts as a table shows them: hashes by their first digits, long texts by their beginning.</summary>
static class Shortened
{
    const int Most = 60;

    public static string Value(string? value) =>
        value is null ? "(none)" : ContentHash.TryParse(value, out var hash) ? hash.Short : value.Length > Most ? value[..(Most - 3)] + "..." : value;
}
