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
    public async Task Pages_stand_by_their_kinds_and_under_the_titles_that_they_give_themselves()
    {
        await _space.SucceedAsync();
        _space.Write("reports/test/card.html", "<!doctype html><head><title>Tom &amp; &lt;Jerry&gt;: today: evaluation</title>");
        _space.Write("reports/test/one.html", "<!doctype html><head>\n<TITLE>one: data</TITLE>");
        _space.Write($"reports/test/{Nasty}.html", "<!doctype html><head><title></title>");
        await _space.SucceedAsync("--pipeline", "second");
        var html = _space.Read("reports/index.html");
        html.ShouldContain("<a href=\"test/card.html\">Tom &amp; &lt;Jerry&gt;: today</a> <span class=\"of\">by Report</span>");
        string[] order = ["<h4>Evaluation</h4>", "Tom &amp;", "<h4>Data</h4>", ">one</a>", "<h4>Others</h4>", ">reports/test/a b#c?d&amp;e&#39;&lt;i&gt;%2F.html</a>"];
        order.Select(part => html.IndexOf(part, StringComparison.Ordinal)).ShouldBeInOrder();
        order.ShouldAllBe(part => html.Contains(part));
    }

    [ChromiumFact]
    public async Task A_graph_that_is_wider_than_its_box_says_so_and_scrolls_by_keys()
    {
        foreach (var (stages, isWider) in new[] { (2, false), (12, true) })
        {
            _space.Declare = pipeline =>
            {
                for (var stage = 0; stage < stages; stage++) pipeline.Add(new Making($"AStageWithALongName{stage}", Input<PlainFile>.Source("in.txt"), $"reports/test/{stage}.html"));
            };
            await _space.SucceedAsync();
            await using var opened = await OpenedPage.Open(_chromium, _space.Read("reports/index.html"), 1280, ColorScheme.Light);
            (await opened.Page.Locator("#graph-0-caption").TextContentAsync())!.Contains("goes on to the right").ShouldBe(isWider);
            await opened.Page.FocusAsync("#graph-0-plot");
            for (var press = 0; press < 3; press++) await opened.Page.Keyboard.PressAsync("ArrowRight");
            await opened.Page.WaitForTimeoutAsync(400);
            (await opened.Page.EvaluateAsync<double>("document.getElementById('graph-0-plot').scrollLeft") > 0).ShouldBe(isWider);
        }
    }

    [Fact]
    public async Task A_stage_that_failed_last_is_not_shown_as_made_by_what_an_earlier_run_left()
    {
        await _space.SucceedAsync();
        _space.Declare = pipeline => pipeline.Add(new Failing(Input<PlainFile>.Source("in.txt")));
        await _space.SucceedAsync();
        Failures().ShouldBe(0);
        _space.Write("in.txt", "fail");
        (await _space.RunAsync()).ShouldBe(1);
        Failures().ShouldBe(1);

        int Failures() => System.Text.RegularExpressions.Regex.Count(_space.Read("reports/index.html"), """\["Failing",false,\[\],\[0,0,0,0,1,0\]""");
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
    sealed class Failing(Input<PlainFile> from) : Stage
    {
        public Input<PlainFile> From { get; } = from;

        public Output<PlainFile> Path { get; } = new("reports/test/failing.html");

        protected internal override Task RunAsync(StageRun run)
        {
            if (run.Open(From).ReadText() == "fail") throw new InvalidOperationException("It was asked to.");
            run.Open(Path).WriteText("<!doctype html>");
            return Task.CompletedTask;
        }
    }

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
