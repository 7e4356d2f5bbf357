using Microsoft.Playwright;

namespace Kiln.Tests;

/// <summary>What <c>diff --html</c> tells of two runs.</summary>
public sealed class RunDiffPageTests(Chromium chromium) : IClassFixture<Chromium>, IDisposable
{
    const string Hostile = "</script><script>window.broken = 1</script>\"'&<b>{{title}}";

    readonly PipelineSpace _space = new();

    public void Dispose() => _space.Dispose();

    [Fact]
    public async Task Settings_inputs_stages_and_metrics_stand_side_by_side_with_what_differs()
    {
        var (first, second) = await TwoRuns();
        await _space.SucceedAsync("diff", first, second, "--html");
        _space.Printed.ShouldBe(_space.PathOf("reports/diff.html") + "\n");
        var page = _space.Read("reports/diff.html");
        page.ShouldContain($"From run {first} of ");
        page.ShouldContain("<tr><th scope=\"row\">fit.depth</th><td>3</td><td>5</td></tr>");
        page.ShouldMatch("<tr><th scope=\"row\">in.txt</th><td>[0-9a-f]{12}</td><td>[0-9a-f]{12}</td></tr>");
        page.ShouldNotContain("<th scope=\"row\">out/read.txt</th>"); // a stage makes it
        page.ShouldMatch("<tr><th scope=\"row\">read</th><td>ran; [^<]+</td><td>ran; [^<]+</td></tr>");
        page.ShouldContain("<tr><th scope=\"row\">Fit</th><td>AUC</td><td class=\"number\">0.75</td><td class=\"number\">0.8125</td><td class=\"number\">+0.0625</td></tr>");
        page.ShouldContain("AUC: " + first + " (own) 0.75, " + second + " (own) 0.8125. Bands are each run&#39;s own. From out/curves.json.");
    }

    [Fact]
    public async Task What_an_earlier_run_made_is_told_of_a_run_that_found_it_up_to_date()
    {
        var (_, second) = await TwoRuns();
        Declare(depth: 5, auc: 0.8125, "further");
        await _space.SucceedAsync();
        await _space.SucceedAsync("diff", second, "last", "--html");
        var page = _space.Read("reports/diff.html");
        page.ShouldContain("<tr><th scope=\"row\">Fit</th><td>AUC</td><td class=\"number\">0.8125</td><td class=\"number\">0.8125</td><td class=\"number\">0</td></tr>");
        page.ShouldMatch("<tr><th scope=\"row\">Fit</th><td>ran; [^<]+</td><td>up to date</td></tr>");
        page.ShouldMatch("<tr><th scope=\"row\">further</th><td>–</td><td>ran; [^<]+</td></tr>");
        page.ShouldMatch("<tr><th scope=\"row\">further.word</th><td>\\(none\\)</td><td>&quot;plain&quot;</td></tr>"); // of a stage that the earlier run did not have
        page.ShouldContain("<figure class=\"chart\" id=\"curve-0\">");
    }

    [Fact]
    public async Task Without_names_it_is_the_last_run_and_the_one_before_it_and_with_one_that_and_the_last()
    {
        var (first, second) = await TwoRuns();
        await _space.SucceedAsync("diff", "--html", _space.PathOf("page.html"));
        _space.Read("page.html").ShouldContain($"From run {first} of ");
        await _space.SucceedAsync("diff", second, "--html");
        _space.Read("reports/diff.html").ShouldContain($"From run {second} of ");
    }

    [Fact]
    public async Task Curves_that_the_store_has_no_more_are_told_of()
    {
        var (first, _) = await TwoRuns();
        Directory.Delete(_space.PathOf(".kiln/objects"), recursive: true);
        await _space.SucceedAsync("diff", "--html");
        var page = _space.Read("reports/diff.html");
        page.ShouldContain($"<p>The store no longer has out/curves.json as run {first} had it.</p>");
        page.ShouldContain("<p>The runs have no curves to compare.</p>");
        page.ShouldContain("<td class=\"number\">+0.0625</td>");
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("not json")]
    [InlineData("{\"curves\": [{\"role\": \"model\", \"heading\": 3}]}")]
    public async Task A_file_of_that_name_that_holds_something_else_draws_nothing(string text)
    {
        foreach (var depth in new[] { 3, 5 })
        {
            _space.Declare = pipeline => pipeline.Add(new Fit(Input<PlainFile>.Source("in.txt")) { Depth = depth, Text = text });
            _space.Write("in.txt", "x");
            await _space.SucceedAsync();
        }
        await _space.SucceedAsync("diff", "--html", _space.PathOf("page.html"));
        _space.Read("page.html").ShouldContain("<p>The runs have no curves to compare.</p>");
    }

    [Fact]
    public async Task Runs_that_cannot_be_compared_are_refused()
    {
        await Refused("There is no such run:", "diff", "--html");
        _space.Write("in.txt", "x");
        Declare(depth: 3, auc: 0.75);
        await _space.SucceedAsync();
        await Refused("There is no earlier run to compare with:", "diff", "--html");
        await Refused("There is no such run:", "diff", "1999", "last", "--html");
        await Refused("--html takes a file that ends with .html, not " + FirstRun(), "diff", "--html", FirstRun(), "last");
        await Refused("diff takes revisions, or runs, and was given one without a name", "diff", "", "--html");
        await Refused("--json and --html exclude each other", "diff", "--json", "--html");
        _space.Others.Add(new PipelineDefinition("other", pipeline => pipeline.Add(new TaskStage("task", _space))));
        await _space.SucceedAsync("--pipeline", "other");
        await Refused("The runs are of different pipelines:", "diff", FirstRun(), "last", "--html");
        await Refused("Several runs begin so:", "diff", FirstRun()[..4], "last", "--html");
        await Refused("Several runs begin so:", "show", FirstRun()[..4]);

        async Task Refused(string what, params string[] arguments)
        {
            (await _space.RunAsync(arguments)).ShouldBe(2, _space.Printed);
            _space.Printed.ShouldContain(what);
        }
    }

    [ChromiumFact]
    public async Task The_page_is_in_order_on_every_screen_and_stays_so_in_what_data_holds()
    {
        await TwoRuns(Hostile);
        await _space.SucceedAsync("diff", "--html");
        var page = _space.Read("reports/diff.html");
        await PageCheck.PassesAsync(chromium, "diff", page);
        await using var opened = await OpenedPage.Open(chromium, page, 1280, ColorScheme.Light);
        (await opened.Text("#curve-0 h3")).ShouldBe(Hostile);
        (await opened.Page.EvaluateAsync<bool>("window.broken === undefined")).ShouldBeTrue();
    }

    [ChromiumFact]
    public async Task Curves_lie_over_one_another_with_their_bands_and_their_numbers_beneath()
    {
        await TwoRuns();
        await _space.SucceedAsync("diff", "--html");
        await using var opened = await OpenedPage.Open(chromium, _space.Read("reports/diff.html"), 1280, ColorScheme.Light);
        (await opened.Page.Locator("#curve-0 .plot > svg .curve").CountAsync()).ShouldBe(2);
        (await opened.Page.Locator("#curve-0 .plot > svg .band").CountAsync()).ShouldBe(2);
        (await opened.Page.EvaluateAsync<string>("getComputedStyle(document.querySelector('#curve-0 .keys .run0')).strokeDasharray")).ShouldBe("6px, 3px");
        (await opened.Page.EvaluateAsync<string>("getComputedStyle(document.querySelector('#curve-0 .keys .run1')).strokeDasharray")).ShouldBe("none");
        await opened.Page.ClickAsync("#curve-0 summary");
        (await opened.Page.Locator("#curve-0 tbody tr").AllInnerTextsAsync()).Select(row => row[row.IndexOf('\t')..]).ShouldBe(["\t0\t0\t–\t–", "\t0.5\t0.7\t0.6\t0.8", "\t1\t1\t1\t1", "\t0\t0\t–\t–", "\t0.5\t0.8\t0.7\t0.9", "\t1\t1\t1\t1"]);
    }

    async Task<(string First, string Second)> TwoRuns(string heading = "ROC curve")
    {
        Directory.CreateDirectory(_space.PathOf("reports"));
        _space.Write("in.txt", "before");
        Declare(depth: 3, auc: 0.75, heading: heading);
        await _space.SucceedAsync();
        var first = FirstRun();
        _space.Write("in.txt", "after");
        Declare(depth: 5, auc: 0.8125, heading: heading);
        await _space.SucceedAsync();
        return (first, FirstRun());
    }

    /// <summary>The run that <c>runs</c> lists first.</summary>
    string FirstRun()
    {
        using var ledger = Kiln.Recording.Ledger.Open(_space.PathOf(".kiln/ledger.db"));
        return ledger.Query("SELECT id FROM runs WHERE pipeline = 'test' ORDER BY started DESC LIMIT 1")[0][0];
    }

    void Declare(int depth, double auc, string? further = null, string heading = "ROC curve")
    {
        _space.WriteSettings($"fit:\n  depth: {depth}\n");
        _space.Declare = pipeline =>
        {
            var read = pipeline.Add(_space.Stage("read", "in.txt"));
            pipeline.Add(new Fit(read.Text) { Depth = pipeline.Settings<DepthSettings>().Depth, Auc = auc, Text = CurvesOf(auc, heading) });
            if (further is null) return;
            pipeline.Settings<FurtherSettings>();
            pipeline.Add(_space.Stage(further, read));
        };
    }

    [SettingsSection("fit")]
    sealed record DepthSettings
    {
        public int Depth { get; init; }
    }

    sealed record FurtherSettings
    {
        public string Word { get; init; } = "plain";
    }

    static string CurvesOf(double auc, string heading) => System.Text.Json.JsonSerializer.Serialize(new
    {
        curves = new object[]
        {
            new
            {
                heading, xTitle = "False positive rate", yTitle = "True positive rate", model = "own", role = "model", metric = "AUC", value = auc,
                points = new object[] { Point(0, 0, null, null), auc < 0.8 ? Point(0.5, 0.7, 0.6, 0.8) : Point(0.5, 0.8, 0.7, 0.9), Point(1, 1, 1, 1) },
            },
            new { heading, role = "baseline" },
        },
    });

    static object Point(double x, double y, double? lower, double? upper) => new { x, y, lower, upper };

    sealed class Fit(Input<PlainFile> rows) : Stage
    {
        public Input<PlainFile> Rows { get; } = rows;

        public int Depth { get; init; }

        [NotFingerprinted]
        public double Auc { get; init; }

        [NotFingerprinted]
        public string Text { get; init; } = "";

        public Output<PlainFile> Curves { get; } = new("out/curves.json");

        protected internal override Task RunAsync(StageRun run)
        {
            run.Open(Curves).WriteText(Text);
            run.Metric("AUC", Auc);
            return Task.CompletedTask;
        }
    }
}
