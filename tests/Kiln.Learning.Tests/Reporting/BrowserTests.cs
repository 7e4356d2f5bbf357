using System.Text;
using Kiln.Learning.Evaluating;
using Kiln.Learning.Reporting;
using Kiln.Learning.Tests.Evaluating;
using Kiln.Tests;
using Microsoft.Playwright;
using Xunit.Abstractions;

namespace Kiln.Learning.Tests.Reporting;

public class BrowserTests(Chromium chromium, ITestOutputHelper output) : IClassFixture<Chromium>
{
    static readonly PageRenderer Renderer = new();

    /// <summary>How often the benchmark opens its page; a test run needs no more than once.</summary>
    static readonly int Rounds = int.TryParse(Environment.GetEnvironmentVariable("KILN_BENCH_ROUNDS"), out var rounds) ? rounds : 1;

    [ChromiumFact]
    public Task The_evaluation_page_is_in_order_on_every_screen() => PageCheck.PassesAsync(chromium, "evaluation", Renderer.Render(Some.EvaluationPage()));

    [ChromiumFact]
    public Task The_evaluation_of_classes_is_in_order_on_every_screen() => PageCheck.PassesAsync(chromium, "evaluation-classes", Renderer.Render(Some.OfClasses()));

    [ChromiumFact]
    public Task The_evaluation_of_values_is_in_order_on_every_screen() => PageCheck.PassesAsync(chromium, "evaluation-values", Renderer.Render(Some.OfValues()));

    [ChromiumFact]
    public Task The_comparison_is_in_order_on_every_screen() => PageCheck.PassesAsync(chromium, "comparison", Renderer.Render(Some.Comparison()));

    [ChromiumFact]
    public Task The_page_of_a_table_is_in_order_on_every_screen() => PageCheck.PassesAsync(chromium, "data", Renderer.Render(SomeData.Page()));

    [ChromiumFact]
    public Task The_model_card_is_in_order_on_every_screen() => PageCheck.PassesAsync(chromium, "model-card", Renderer.Render(Some.ModelCard()));

    [ChromiumFact]
    public async Task Every_picture_is_drawn_and_has_its_numbers_in_a_table()
    {
        await using var opened = await OpenedPage.Open(chromium, Renderer.Render(Some.EvaluationPage()), 1280, ColorScheme.Dark);
        (await opened.Page.Locator("[data-chart][role=graphics-document] svg").CountAsync()).ShouldBe(9);
        (await opened.Page.Locator("figure details table tbody tr").CountAsync()).ShouldBeGreaterThan(30);
        (await opened.Page.EvaluateAsync<string>("getComputedStyle(document.body).backgroundColor")).ShouldBe("rgb(20, 22, 26)");
    }

    /// <summary>What it says of times is for the benchmark of the pages, which repeats it: no test holds a shared machine to a time.</summary>
    [ChromiumFact]
    public async Task The_page_of_a_hundred_thousand_scored_rows_is_as_small_as_others()
    {
        var (scores, labels) = FakeScores.Make(rows: 100_000, seed: 13);
        var html = Renderer.Render(Some.EvaluationPage() with { Results = new TestResults.OfTwoClasses(BinaryEvaluation.Of(scores, labels, 0.4321), "greatest F1 on the validation rows") });
        Encoding.UTF8.GetByteCount(html).ShouldBeLessThan(3 << 20);
        var (loaded, drawn) = (new List<double>(), new List<double>());
        for (var round = 0; round < Rounds; round++)
        {
            await using var opened = await OpenedPage.Open(chromium, html, 1280, ColorScheme.Light);
            (await opened.Page.Locator("[data-chart] svg").CountAsync()).ShouldBe(9);
            loaded.Add(await opened.Page.EvaluateAsync<double>("performance.getEntriesByType('navigation')[0].loadEventEnd"));
            drawn.Add(await opened.Page.EvaluateAsync<double>("performance.getEntriesByName('drawn')[0]?.startTime ?? 0"));
        }
        output.WriteLine($"measured: evaluation page of 100,000 scored rows: {Encoding.UTF8.GetByteCount(html) / 1048576.0:0.00} MiB, loaded in {loaded.Order().ElementAt(Rounds / 2):0} ms, its pictures drawn after {drawn.Order().ElementAt(Rounds / 2):0} ms (medians of {Rounds})");
    }

    [ChromiumFact]
    public async Task The_slider_shows_the_outcome_at_each_threshold_as_it_was_computed()
    {
        var page = Some.EvaluationPage();
        var evaluation = ((TestResults.OfTwoClasses)page.Results).Evaluation;
        await using var opened = await OpenedPage.Open(chromium, Renderer.Render(page), 1280, ColorScheme.Light);
        var slider = opened.Page.Locator("#threshold-slider");
        (await opened.Text("[data-cell=tp]")).ShouldBe($"{evaluation.AtThreshold.TruePositives:N0}");

        await slider.FocusAsync();
        await slider.PressAsync("ArrowRight");
        var next = evaluation.Thresholds[evaluation.Thresholds.IndexOf(evaluation.AtThreshold) + 1];
        (await opened.Text("[data-cell=threshold]")).ShouldBe($"{next.Threshold:0.######}");
        (await opened.Text("[data-cell=fp]")).ShouldBe($"{next.FalsePositives:N0}");
        (await opened.Text("[data-cell=tn]")).ShouldBe($"{next.TrueNegatives:N0}");
        (await opened.Text("[data-cell=f1]")).ShouldBe($"{next.F1:0.0000}");
        (await opened.Text("[data-cell=mcc]")).ShouldBe($"{next.MatthewsCorrelation:0.0000}");

        await opened.Page.ClickAsync("#threshold-reset");
        (await opened.Text("[data-cell=alerts]")).ShouldBe($"{evaluation.AtThreshold.Alerts:N0}");
        opened.Complaints.ShouldBeEmpty();
    }

    [ChromiumFact]
    public async Task The_keyboard_reaches_the_skip_link_first_and_then_every_section()
    {
        await using var opened = await OpenedPage.Open(chromium, Renderer.Render(Some.EvaluationPage()), 1280, ColorScheme.Light);
        await opened.Page.Keyboard.PressAsync("Tab");
        (await Focused(opened)).ShouldBe("Skip to the content");
        (await opened.Page.EvaluateAsync<double>("document.activeElement.getBoundingClientRect().left")).ShouldBeGreaterThanOrEqualTo(0);
        await opened.Page.Keyboard.PressAsync("Tab");
        (await Focused(opened)).ShouldBe("Results");
        await opened.Page.Keyboard.PressAsync("Enter");
        (await opened.Page.EvaluateAsync<string>("location.hash")).ShouldBe("#results");
    }

    [ChromiumFact]
    public async Task Pictures_follow_the_page_from_light_to_dark()
    {
        await using var opened = await OpenedPage.Open(chromium, Renderer.Render(Some.ModelCard()), 1280, ColorScheme.Light);
        var light = await LineColour(opened);
        await opened.Page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark });
        (await LineColour(opened), light).ShouldBe(("rgb(120, 174, 251)", "rgb(28, 95, 184)"));
    }

    [ChromiumFact]
    public async Task Hostile_names_stay_text()
    {
        await using var opened = await OpenedPage.Open(chromium, Renderer.Render(Hostile.EvaluationPage()), 1280, ColorScheme.Light);
        (await opened.Page.InnerTextAsync("h1")).ShouldBe(Hostile.Name);
        (await opened.Page.EvaluateAsync<bool>("window.broken === undefined")).ShouldBeTrue();
        opened.Complaints.ShouldBeEmpty();
    }

    static Task<string> Focused(OpenedPage opened) => opened.Page.EvaluateAsync<string>("document.activeElement.textContent");

    static Task<string> LineColour(OpenedPage opened) =>
        opened.Page.EvaluateAsync<string>("getComputedStyle(document.querySelector('svg .mark-line path')).stroke");
}
