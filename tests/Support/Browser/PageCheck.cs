using Microsoft.Playwright;

namespace Kiln.Tests;

/// <summary>
/// What every page is held to, on a wide and a narrow screen, light and dark: not a word on the console, no request, nothing that axe-core
/// complains of (WCAG 2.1 A and AA, and its best practices), no scrolling sideways, on paper neither. All that can be folded out is.
/// </summary>
/// <remarks>With KILN_SAMPLE_PAGES=folder the page and a picture of each screen stay there for looking at.</remarks>
static class PageCheck
{
    /// <summary>The width of A4 in pixels.</summary>
    const int Paper = 794;

    static readonly string? Samples = Environment.GetEnvironmentVariable("KILN_SAMPLE_PAGES") is { Length: > 0 } folder ? Directory.CreateDirectory(folder).FullName : null;

    static readonly Lazy<string> Axe = new(() => File.ReadAllText(Path.Combine(Repository.Root, ".kiln", "tools", "node_modules", "axe-core", "axe.min.js")));

    /// <param name="name">What the page is called among the samples.</param>
    public static async Task PassesAsync(Chromium chromium, string name, string html)
    {
        if (Samples is not null) await File.WriteAllTextAsync(Path.Combine(Samples, name + ".html"), html);
        foreach (var width in new[] { 1280, 390 })
        {
            await using var opened = await OpenedPage.Open(chromium, html, width, ColorScheme.Light);
            foreach (var scheme in new[] { ColorScheme.Light, ColorScheme.Dark })
            {
                await opened.Page.EmulateMediaAsync(new() { ColorScheme = scheme, ReducedMotion = ReducedMotion.Reduce });
                await PassesAsync(opened, $"{name}, {width} pixels, {scheme}".ToLowerInvariant());
            }
            if (width > Paper) await PrintsAsync(opened, name);
        }
    }

    static async Task PassesAsync(OpenedPage opened, string screen)
    {
        if (Samples is not null) await opened.Page.ScreenshotAsync(new() { Path = Path.Combine(Samples, screen.Replace(", ", "-").Replace(" pixels", "") + ".png"), FullPage = true });
        await FoldAsync(opened, isOpen: true);
        (await ViolationsAsync(opened)).ShouldBeEmpty(screen);
        (await opened.ScrollsSideways()).ShouldBeFalse(screen);
        opened.Complaints.ShouldBeEmpty(screen);
        opened.Requests.ShouldBeEmpty(screen);
        await FoldAsync(opened, isOpen: false);
    }

    static async Task PrintsAsync(OpenedPage opened, string name)
    {
        await opened.Page.SetViewportSizeAsync(Paper, 1123);
        await opened.Page.EmulateMediaAsync(new() { Media = Media.Print });
        if (Samples is not null) await opened.Page.ScreenshotAsync(new() { Path = Path.Combine(Samples, $"{name}-print.png"), FullPage = true });
        (await opened.ScrollsSideways()).ShouldBeFalse($"{name}, printed");
    }

    static async Task FoldAsync(OpenedPage opened, bool isOpen) =>
        await opened.Page.EvaluateAsync("isOpen => document.querySelectorAll('details').forEach(details => { details.open = isOpen; })", isOpen);

    static async Task<string[]> ViolationsAsync(OpenedPage opened)
    {
        if (await opened.Page.EvaluateAsync<bool>("typeof axe === 'undefined'")) await opened.Page.EvaluateAsync(Axe.Value);
        return await opened.Page.EvaluateAsync<string[]>("""
            async () => (await axe.run({ resultTypes: ["violations"] })).violations
                .flatMap(rule => rule.nodes.slice(0, 3).map(node => `${rule.id} (${rule.help}): ${node.html.slice(0, 200)}: ${node.failureSummary}`))
            """);
    }
}
