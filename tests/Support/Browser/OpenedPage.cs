using Microsoft.Playwright;

namespace Kiln.Tests;

/// <summary>A page opened from disk in Chromium, with everything it complained of or asked for.</summary>
sealed class OpenedPage : IAsyncDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("kiln-page-").FullName;

    OpenedPage(IPage page)
    {
        Page = page;
        page.Console += (_, message) => Complaints.Add(message.Text);
        page.PageError += (_, error) => Complaints.Add(error);
        page.Request += (_, request) => Requests.Add(request.Url);
    }

    public IPage Page { get; }

    /// <summary>Console messages of any level, and script errors.</summary>
    public List<string> Complaints { get; } = [];

    /// <summary>What was asked for beyond the file itself.</summary>
    public List<string> Requests { get; } = [];

    public static async Task<OpenedPage> Open(Chromium chromium, string html, int width, ColorScheme scheme)
    {
        var opened = new OpenedPage(await chromium.Browser.NewPageAsync(new()
        {
            ViewportSize = new() { Width = width, Height = 900 },
            ColorScheme = scheme,
            ReducedMotion = ReducedMotion.Reduce,
        }));
        await opened.Show(html);
        return opened;
    }

    /// <summary>Whether the page is wider than the window.</summary>
    public Task<bool> ScrollsSideways() => Page.EvaluateAsync<bool>("document.documentElement.scrollWidth > window.innerWidth");

    public Task<string> Text(string selector) => Page.InnerTextAsync(selector);

    public async ValueTask DisposeAsync()
    {
        await Page.CloseAsync();
        Directory.Delete(folder, recursive: true);
    }

    async Task Show(string html)
    {
        var file = Path.Combine(folder, "page.html");
        await File.WriteAllTextAsync(file, html);
        await Page.GotoAsync($"file://{file}");
        Requests.RemoveAll(url => url == $"file://{file}" || url.StartsWith("data:", StringComparison.Ordinal));
        // Every picture is drawn. A page's policy lets no function wait for it.
        await Assertions.Expect(Page.Locator("[data-chart]:not(:has(svg))")).ToHaveCountAsync(0);
    }
}
