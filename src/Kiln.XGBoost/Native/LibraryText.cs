using System.Text.RegularExpressions;

namespace Kiln.XGBoost.Native;

/// <summary>Takes from the library's messages what is for its developers: the time, the place in its source, the stack.</summary>
static partial class LibraryText
{
    public static string Clean(string message)
    {
        var stack = message.IndexOf("\nStack trace", StringComparison.Ordinal);
        if (stack >= 0) message = message[..stack];
        return CheckPrefix().Replace(SourcePrefix().Replace(message.Trim(), ""), "").Trim();
    }

    [GeneratedRegex(@"^(\[\d\d:\d\d:\d\d\] )?(WARNING: |INFO: )?(\S+?\.(cc|h|cu|cuh):\d+: )?\s*")]
    private static partial Regex SourcePrefix();

    // "Check failed: a == b (1 vs. 2) : what a person can read" keeps its end, where it has one.
    [GeneratedRegex(@"^Check failed: .*? ?: (?=\S)")]
    private static partial Regex CheckPrefix();
}
