using Microsoft.Playwright;

namespace Kiln.Tests;

/// <summary>
/// What every page is held to, on a wide and a narrow screen, light and dark: not a word on the console, no request, nothing that axe-core
/// complains of (WCAG 2.1 A and AA, and its best practices), no scrolling sideways, on paper neither. All that can be folded out is.
/// </summary>
/// <remarks>With KILN_SAMPLE_PAGES=folder the page and a picture of each screen stay there for looking at.</remarks>
static class PageCheck
{
    static readonly string? Samples = Environment.GetEnvironmentVariable("KILN_SAMPLE_PAGES") is { Length: > 0 } folder ? Directory.CreateDirectory(folder).FullName : null;

    static readonly Lazy<string> Axe = new(() => File.ReadAllText(Path.Combine(Repository.Root, ".kiln", "tools", "node_modules", "axe-core", "axe.min.js")));

    /// <param name="name">What the page is called among the samples.</param>
    public static async Task PassesAsync(Chromium chromium, string name, string html)
    {
        if (Samples is not null) await File.WriteAllTextAsync(Path.Combine(Samples, name + ".html"), html);
        foreach (var (width, scheme) in new[] { (1280, ColorScheme.Light), (1280, ColorScheme.Dark), (390, ColorScheme.Light), (390, ColorScheme.Dark) })
        {
            var screen = $"{name}, {width} pixels, {scheme}".ToLowerInvariant();
            await using var opened = await OpenedPage.Open(chromium, html, width, scheme);
            if (Samples is not null) await opened.Page.ScreenshotAsync(new() { Path = Path.Combine(Samples, $"{name}-{width}-{scheme}.png".ToLowerInvariant()), FullPage = true });
            await opened.Page.EvaluateAsync("document.querySelectorAll('details').forEach(details => { details.open = true; })");
            (await ViolationsAsync(opened)).ShouldBeEmpty(screen);
            (await opened.ScrollsSideways()).ShouldBeFalse(screen);
            opened.Complaints.ShouldBeEmpty(screen);
            opened.Requests.ShouldBeEmpty(screen);
        }
        await PrintsAsync(chromium, name, html);
    }

    /// <summary>A4 is 794 pixels wide.</summary>
    static async Task PrintsAsync(Chromium chromium, string name, string html)
    {
        await using var opened = await OpenedPage.Open(chromium, html, 794, ColorScheme.Light);
        await opened.Page.EmulateMediaAsync(new() { Media = Media.Print });
        (await opened.ScrollsSideways()).ShouldBeFalse($"{name}, printed");
        if (Samples is not null) await opened.Page.ScreenshotAsync(new() { Path = Path.Combine(Samples, $"{name}-print.png"), FullPage = true });
    }

    static async Task<string[]> ViolationsAsync(OpenedPage opened)
    {
        await opened.Page.EvaluateAsync(Axe.Value);
        return await opened.Page.EvaluateAsync<string[]>("""
            async () => (await axe.run({ resultTypes: ["violations"] })).violations
                .flatMap(rule => rule.nodes.slice(0, 3).map(node => `${rule.id} (${rule.help}): ${node.html.slice(0, 200)}: ${node.failureSummary}`))
            """);
    }
}
