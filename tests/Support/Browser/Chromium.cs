using Microsoft.Playwright;

namespace Kiln.Tests;

/// <summary>One Chromium for all tests of a class. It is started only where there is one.</summary>
public sealed class Chromium : IAsyncLifetime
{
    IPlaywright? playwright;
    IBrowser? browser;

    public IBrowser Browser => browser ?? throw new InvalidOperationException("Only a test that needs Chromium may ask for it.");

    public async Task InitializeAsync()
    {
        if (!File.Exists(ChromiumFactAttribute.Browser)) return;
        playwright = await Playwright.CreateAsync();
        browser = await playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = ChromiumFactAttribute.Browser,
            Args = ["--no-sandbox", "--disable-dev-shm-usage"],
        });
    }

    public async Task DisposeAsync()
    {
        if (browser is not null) await browser.DisposeAsync();
        playwright?.Dispose();
    }
}
