namespace Kiln.Tests;

/// <summary>That pages are held to something.</summary>
public sealed class PageCheckTests(Chromium chromium) : IClassFixture<Chromium>
{
    [ChromiumFact]
    public Task A_page_in_order_passes() => PageCheck.PassesAsync(chromium, "sound", PageWith("<p>Text</p>"));

    [ChromiumFact]
    public async Task A_page_that_is_not_in_order_is_refused_for_what_is_wrong()
    {
        await RefusedAsync("<p style=\"color: #999\">faint</p>", "color-contrast");
        await RefusedAsync("<details><summary>More</summary><img src=\"data:image/gif;base64,R0lGODlhAQABAAAAACw=\"></details>", "image-alt");
        await RefusedAsync("<div style=\"width: 600px\">wide</div>", "390 pixels, light");
        await RefusedAsync("<script>console.log('a word')</script>", "a word");
        await RefusedAsync("<script>nowhere()</script>", "nowhere is not defined");
        await RefusedAsync("<link rel=\"stylesheet\" href=\"other.css\">", "other.css");
    }

    async Task RefusedAsync(string body, string because) =>
        (await Assert.ThrowsAsync<ShouldAssertException>(() => PageCheck.PassesAsync(chromium, "unsound", PageWith(body)))).Message.ShouldContain(because);

    static string PageWith(string body) => $"""
        <!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light"><title>Page</title>
        <link rel="icon" href="data:,"></head><body style="background: #fff; color: #000"><main><h1>Page</h1>{body}</main></body></html>
        """;
}
