using Kiln.Recording;
using Kiln.Running;
using Microsoft.Playwright;

namespace Kiln.Tests;

/// <summary>The page from which all others are reached.</summary>
public sealed class IndexPageTests : IClassFixture<Chromium>, IDisposable
{
    const string Nasty = "a b#c?d&e'<i>%2F";

    readonly PipelineSpace _space = new();
    readonly Chromium _chromium;

    public IndexPageTests(Chromium chromium)
    {
        _chromium = chromium;
        _space.Write("in.txt", "x");
        Directory.CreateDirectory(_space.PathOf("reports"));
        _space.Declare = pipeline =>
        {
            var fit = pipeline.Add(new Making("Fit", Input<PlainFile>.Source("in.txt"), "models/test/training", "models/test/model"));
            pipeline.Add(new Making("Report", fit.Path, "reports/test/card.html"));
            pipeline.AddPartitions(["one", Nasty], key => new Making("Pages", Input<PlainFile>.Source("in.txt"), $"reports/test/{key}.html"));
        };
        _space.Others.Add(new PipelineDefinition("second", pipeline => pipeline.Add(new Making("Only", Input<PlainFile>.Source("in.txt"), "data/second.txt"))));
    }

    public void Dispose() => _space.Dispose();

    [Fact]
    public async Task Every_page_and_model_that_is_there_is_linked_whatever_the_run_was_asked_for()
    {
        await _space.SucceedAsync("--target", "Fit");
        var first = _space.Read("reports/index.html");
        first.ShouldContain("1 pipeline, 0 pages, 1 model.");
        first.ShouldContain("<a href=\"../models/test/model\">models/test/model</a> <span class=\"of\">by Fit</span>");

        await _space.SucceedAsync();
        await _space.SucceedAsync("--pipeline", "second");
        var html = _space.Read("reports/index.html");
        html.ShouldContain("2 pipelines, 3 pages, 1 model.");
        html.ShouldContain("<a href=\"test/card.html\">reports/test/card.html</a> <span class=\"of\">by Report</span>");
        html.ShouldContain($"<a href=\"test/{Uri.EscapeDataString(Nasty)}.html\">");
        html.ShouldContain("<th scope=\"row\">Fit</th><td>size</td><td class=\"number\">1,234.5</td>");
        html.ShouldContain("<a href=\"run.html\">");
        html.IndexOf("<td>second</td><td>Default</td><td>done</td>", StringComparison.Ordinal)
            .ShouldBeInRange(1, html.IndexOf("<td>test</td><td>Fit</td><td>done</td>", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_is_gone_is_not_linked_and_a_damaged_outline_is_passed_over()
    {
        await _space.SucceedAsync();
        await _space.SucceedAsync("--pipeline", "second");
        File.Delete(_space.PathOf("reports/test/card.html"));
        _space.Write(".kiln/outlines/test.json", _space.Read(".kiln/outlines/test.json")[..40]);
        await _space.SucceedAsync("--pipeline", "second", "--target", "Only", "--force");
        _space.Read("reports/index.html").ShouldContain("1 pipeline, 0 pages, 0 models.");
        await _space.SucceedAsync("--target", "Fit", "--force");
        _space.Read("reports/index.html").ShouldContain("2 pipelines, 2 pages, 1 model.");
    }

    [Fact]
    public async Task An_outline_reads_back_as_it_was()
    {
        await _space.SucceedAsync();
        var outline = PipelineOutline.All(new Workspace(_space.Root)).ShouldHaveSingleItem();
        outline.Stages.Select(stage => $"{stage.Name} {stage.Count} needs {string.Join(",", stage.Needs)}").ShouldBe(["Fit 1 needs ", "Report 1 needs 0", "Pages 2 needs "]);
        outline.Stages[2].Outputs.ShouldBe(["reports/test/one.html", $"reports/test/{Nasty}.html"]);
    }

    [ChromiumFact]
    public async Task The_index_is_in_order_on_every_screen()
    {
        await _space.SucceedAsync();
        await _space.SucceedAsync("--pipeline", "second");
        await PageCheck.PassesAsync(_chromium, "index", _space.Read("reports/index.html"));
    }

    [ChromiumFact]
    public async Task A_box_of_the_graph_leads_to_the_row_that_links_what_the_stage_makes()
    {
        await _space.SucceedAsync();
        File.Delete(_space.PathOf("reports/test/one.html"));
        await _space.SucceedAsync("--pipeline", "second");
        await using var opened = await OpenedPage.Open(_chromium, _space.Read("reports/index.html"), 1280, ColorScheme.Light);
        (await opened.Page.Locator("#graph-1-plot .name").AllTextContentsAsync()).ShouldBe(["Fit", "Report", "Pages"]);
        (await opened.Page.Locator("#graph-1-plot .facts").AllTextContentsAsync()).ShouldBe(["made", "made", "not made yet 1 of 2"]);
        await opened.Page.FocusAsync("#graph-1-plot .node[tabindex='0']");
        await opened.Page.Keyboard.PressAsync("ArrowRight");
        await opened.Page.Keyboard.PressAsync("Enter");
        (await opened.Page.EvaluateAsync<string>("document.activeElement.querySelector('th').textContent")).ShouldBe("Report");
        (await opened.Page.EvaluateAsync<string>("document.activeElement.querySelector('a').getAttribute('href')")).ShouldBe("test/card.html");
        opened.Complaints.ShouldBeEmpty();
    }

    [TaskDescription("Makes a file.")]
    sealed class Making(string name, Input<PlainFile> from, string file, string? folder = null) : Stage
    {
        public override string Name => name;

        public Input<PlainFile> From { get; } = from;

        public Output<PlainFile> Path { get; } = new(file + (folder is null ? "" : ".json"));

        public IEnumerable<Output<Folder>> Folders { get; } = folder is null ? [] : [new Output<Folder>(folder)];

        protected internal override Task RunAsync(StageRun run)
        {
            run.Open(Path).WriteText("<!doctype html>");
            foreach (var made in Folders) File.WriteAllText(run.Open(made).File("weights.txt"), "1");
            run.Metric("size", 1234.5);
            return Task.CompletedTask;
        }
    }
}
