namespace Kiln.Tests;

/// <summary>A test that opens pages in Chromium, and is skipped with the reason where there is none.</summary>
sealed class ChromiumFactAttribute : FactAttribute
{
    public ChromiumFactAttribute()
    {
        if (!File.Exists(Browser)) Skip = $"There is no Chromium at {Browser}: install it, or set KILN_CHROMIUM to its path.";
    }

    public static string Browser { get; } = Environment.GetEnvironmentVariable("KILN_CHROMIUM") ?? "/usr/bin/chromium";
}
