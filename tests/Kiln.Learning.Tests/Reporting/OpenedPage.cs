using Microsoft.Playwright;

namespace Kiln.Learning.Tests.Reporting;

/// <summary>A page opened from disk in Chromium, with everything it complained of or asked for.</summary>
sealed class OpenedPage : IAsyncDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("kiln-page-").FullName;
    readonly IPlaywright playwright;
    readonly IBrowser browser;

    OpenedPage(IPlaywright playwright, IBrowser browser, IPage page)
    {
        this.playwright = playwright;
        this.browser = browser;
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

    public static async Task<OpenedPage> Open(string html, int width, ColorScheme scheme)
    {
        var playwright = await Playwright.CreateAsync();
        var browser = await playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = ChromiumFactAttribute.Browser,
            Args = ["--no-sandbox", "--disable-dev-shm-usage"],
        });
        var page = await browser.NewPageAsync(new() { ViewportSize = new() { Width = width, Height = 900 }, ColorScheme = scheme, ReducedMotion = ReducedMotion.Reduce });
        var opened = new OpenedPage(playwright, browser, page);
        await opened.Show(html);
        return opened;
    }

    /// <summary>Whether the page is wider than the window.</summary>
    public Task<bool> ScrollsSideways() => Page.EvaluateAsync<bool>("document.documentElement.scrollWidth > window.innerWidth");

    public Task<string> Text(string selector) => Page.InnerTextAsync(selector);

    public async ValueTask DisposeAsync()
    {
        await browser.DisposeAsync();
        playwright.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    async Task Show(string html)
    {
        var file = Path.Combine(folder, "page.html");
        await File.WriteAllTextAsync(file, html);
        await Page.GotoAsync($"file://{file}");
        Requests.RemoveAll(url => url == $"file://{file}" || url.StartsWith("data:", StringComparison.Ordinal));
        await Page.WaitForFunctionAsync("[...document.querySelectorAll('[data-chart]')].every(plot => plot.querySelector('svg .mark-line, svg .mark-rect'))");
    }
}
