using System.Collections.Immutable;
using System.Text;
using Kiln.Recording;
using Kiln.Reporting;
using Kiln.Running;
using Microsoft.Playwright;

namespace Kiln.Tests;

public sealed class RunPageTests(Chromium chromium) : IClassFixture<Chromium>, IDisposable
{
    static readonly DateTimeOffset Began = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    readonly PipelineSpace _space = new();

    public void Dispose() => _space.Dispose();

    [Fact]
    public void Stages_lie_in_the_lowest_lane_that_is_free_when_they_begin()
    {
        RunTimes.Lanes([Worked("a", 0, 2), Worked("b", 0.5, 1), Idle("c"), Worked("d", 1.5, 3), Worked("e", 2, 1), Worked("f", 2.5, 0.1)]).ShouldBe([0, 1, -1, 1, 0, 2]);
    }

    [Fact]
    public void The_critical_path_is_the_chain_of_needs_that_took_longest()
    {
        RunTimes.CriticalPath([Worked("a", 0, 2), Worked("b", 0, 5), Idle("c", 1), Worked("d", 2, 4, 0), Worked("e", 6, 2, 2, 3)]).ShouldBe([0, 3, 4]);
        RunTimes.CriticalPath([Idle("a"), Idle("b", 0)]).ShouldBeEmpty();
        RunTimes.CriticalPath([]).ShouldBeEmpty();
    }

    [ChromiumFact]
    public Task The_page_of_a_run_is_in_order_on_every_screen() => PageCheck.PassesAsync(chromium, "run", PageOf(Mixed()));

    [ChromiumFact]
    public async Task The_page_of_a_graph_is_in_order_on_every_screen()
    {
        DeclareText();
        await _space.SucceedAsync("graph", "--html", "--output", _space.PathOf("graph.html"));
        await PageCheck.PassesAsync(chromium, "graph", _space.Read("graph.html"));
    }

    [ChromiumFact]
    public async Task The_numbers_behind_a_picture_are_a_table_beneath_it()
    {
        await using var opened = await OpenedPage.Open(chromium, PageOf(Mixed()), 1280, ColorScheme.Light);
        (await opened.Page.Locator("#timeline-plot .bar").CountAsync()).ShouldBe(4);
        (await opened.Text("#failures pre")).ShouldBe("It broke:\n  file  x");
        await opened.Page.ClickAsync("#timeline-numbers summary");
        await opened.Page.Locator("#timeline-numbers tbody tr").First.WaitForAsync();
        (await opened.Page.Locator("#timeline-numbers tbody tr").CountAsync()).ShouldBe(4);
        await opened.Page.ClickAsync("#graph-numbers summary");
        await opened.Page.Locator("#graph-numbers tbody tr").First.WaitForAsync();
        (await opened.Page.Locator("#graph-numbers tbody tr").CountAsync()).ShouldBe(4);
        await opened.Page.EmulateMediaAsync(new() { Media = Media.Print });
        (await opened.Page.Locator("#stages-filter").IsVisibleAsync()).ShouldBeFalse();
    }

    [ChromiumFact]
    public async Task On_a_narrow_screen_the_last_tick_has_its_time_and_the_critical_path_its_last_column()
    {
        await using var opened = await OpenedPage.Open(chromium, PageOf(Of([Worked("a", 0, 4), Worked("b", 4, 3.99, 0)], critical: 1)), 390, ColorScheme.Light);
        var labels = opened.Page.Locator("#timeline-plot .label");
        (await labels.CountAsync()).ShouldBe(await opened.Page.Locator("#timeline-plot .tick").CountAsync());
        (await opened.Page.EvaluateAsync<bool>("[...document.querySelectorAll('#timeline-plot .label')].every(label => label.getBoundingClientRect().right <= document.querySelector('#timeline-plot svg[role=group]').getBoundingClientRect().right + 1)")).ShouldBeTrue();
        (await opened.Page.EvaluateAsync<bool>("(table => table.scrollWidth <= table.clientWidth)(document.querySelector('#path-table'))")).ShouldBeTrue();
    }

    [ChromiumFact]
    public async Task One_stage_is_told_of_as_one()
    {
        await using var opened = await OpenedPage.Open(chromium, PageOf(Of([Worked("a", 0, 1)])), 1280, ColorScheme.Light);
        (await opened.Text("#timeline-caption")).ShouldContain(" 1 stage worked; ");
    }

    [ChromiumFact]
    public async Task Arrow_keys_move_from_bar_to_bar_and_Enter_leads_to_the_stage()
    {
        await using var opened = await OpenedPage.Open(chromium, PageOf(Mixed()), 1280, ColorScheme.Light);
        await opened.Page.FocusAsync("#timeline-plot .bar[tabindex='0']");
        (await opened.Text("#timeline-told")).ShouldBe("read[1]: ran, 2.0 s from 0, lane 1, on the critical path. first run");
        await opened.Page.Keyboard.PressAsync("ArrowRight");
        (await opened.Text("#timeline-told")).ShouldStartWith("read[2]: ran, 1.0 s from 500 ms, lane 2, 700 ms of processor, 96.0 MiB");
        await opened.Page.Keyboard.PressAsync("Enter");
        (await opened.Page.EvaluateAsync<string>("document.activeElement.querySelector('th').firstChild.textContent")).ShouldBe("read");
        (await opened.Page.Locator("#timeline-plot .bar[tabindex='0']").CountAsync()).ShouldBe(1);
    }

    [ChromiumFact]
    public async Task The_table_tells_what_stages_took_against_the_median_of_earlier_runs_and_opens_partitions()
    {
        await using var opened = await OpenedPage.Open(chromium, PageOf(Mixed(), _ => new StageHistory([1, 4, 2], 48 << 20, 400)), 1280, ColorScheme.Light);
        var row = opened.Page.Locator("#stages-table tbody tr").Filter(new() { HasText = "fit" });
        (await row.InnerTextAsync()).ShouldBe("fit\tran\t4.0 s\t+100 %\nmedian 2.0 s\t3.5 s\t96.0 MiB\n+100 %\t100 B\t100 B\n−50 % both\tfirst run");
        await opened.Page.ClickAsync("#stages-table button.parts");
        (await opened.Page.Locator("#stages-table tr.part th").AllInnerTextsAsync()).ShouldBe(["1", "2"]);
        await opened.Page.FillAsync("#stages-filter", "FI");
        (await opened.Page.Locator("#stages-table tbody th").AllInnerTextsAsync()).ShouldBe(["fit"]);
    }

    [ChromiumFact]
    public async Task The_graph_shows_each_stage_once_and_marks_the_critical_path()
    {
        await using var opened = await OpenedPage.Open(chromium, PageOf(Mixed()), 1280, ColorScheme.Light);
        (await opened.Page.Locator("#graph-plot .name").AllTextContentsAsync()).ShouldBe(["read", "check", "fit", "judge"]);
        (await opened.Page.Locator("#graph-plot .node.critical .name").AllTextContentsAsync()).ShouldBe(["read", "fit", "judge"]);
        (await opened.Page.Locator("#graph-plot .edge").CountAsync()).ShouldBe(4);
        (await opened.Page.Locator("#graph-plot .edge.critical").CountAsync()).ShouldBe(2);
        (await opened.Text("#path-share")).ShouldStartWith("3 stages one after another took 6.5 s, 93 % of the run.");
    }

    [ChromiumFact]
    public async Task Hostile_names_and_messages_stay_text()
    {
        const string Name = "</script><script>window.broken = 1</script>\"'&<b>{{title}}";
        var run = Of([Worked(Name, 0, 1) with { Why = Name }, Worked("b", 1, 1, 0) with { Outcome = "failed", Why = Name + "\n" + Name }]);
        await using var opened = await OpenedPage.Open(chromium, PageOf(run with { Run = run.Run with { Pipeline = Name, CommandLine = Name } }), 1280, ColorScheme.Light);
        (await opened.Text("h1")).ShouldBe(Name);
        (await opened.Text("#failures pre")).ShouldBe(Name + "\n" + Name);
        (await opened.Page.Locator("#stages-table tbody th").First.InnerTextAsync()).ShouldBe(Name);
        (await opened.Page.EvaluateAsync<bool>("window.broken === undefined")).ShouldBeTrue();
        opened.Complaints.ShouldBeEmpty();
    }

    [ChromiumFact]
    public async Task The_page_of_ten_thousand_stages_is_usable()
    {
        var html = PageOf(Large(10_000));
        Encoding.UTF8.GetByteCount(html).ShouldBeLessThan(2 << 20);
        await using var opened = await OpenedPage.Open(chromium, html, 1280, ColorScheme.Light);
        opened.Complaints.ShouldBeEmpty();
        (await opened.Page.Locator("#graph-plot .node").CountAsync()).ShouldBeInRange(2, 250);
        (await opened.Page.Locator("#stages-table tbody tr").CountAsync()).ShouldBe(100);
        (await opened.Page.Locator("#timeline-plot .bar").CountAsync()).ShouldBeInRange(2, 10_000);
        (await opened.ScrollsSideways()).ShouldBeFalse();
        // Drawn within two seconds of the start of its scripts, on a machine that does other things besides.
        (await opened.Page.EvaluateAsync<double>("performance.getEntriesByType('navigation')[0].duration")).ShouldBeLessThan(10_000);
    }

    [Fact]
    public void The_page_of_a_thousand_stages_takes_at_most_300_KiB() =>
        Encoding.UTF8.GetByteCount(PageOf(Large(1_000), _ => new StageHistory([.. Enumerable.Range(0, 10).Select(i => 1 + i / 7.0)], 12345678, 12345))).ShouldBeLessThan(300 << 10);

    [Fact]
    public async Task A_run_that_did_something_leaves_its_page_among_the_reports_and_one_with_nothing_to_do_leaves_it_alone()
    {
        DeclareText();
        Directory.CreateDirectory(_space.PathOf("reports"));
        await _space.SucceedAsync();
        _space.Read("reports/run.html").ShouldContain(" 1 ran; ");
        await File.WriteAllTextAsync(_space.PathOf("reports/run.html"), "as it was");
        await _space.SucceedAsync();
        _space.Read("reports/run.html").ShouldBe("as it was");
    }

    [Fact]
    public async Task A_page_that_is_asked_for_goes_where_runs_leave_theirs_and_says_so()
    {
        Directory.CreateDirectory(_space.PathOf("reports"));
        DeclareText();
        await _space.SucceedAsync();
        File.Delete(_space.PathOf("reports/run.html"));
        await _space.SucceedAsync("show", "last", "--html");
        _space.Printed.ShouldBe(_space.PathOf("reports/run.html") + "\n");
        _space.Read("reports/run.html").ShouldContain("<html");
        await _space.SucceedAsync("show", "20", "--html");
        _space.Has("reports/run-20.html").ShouldBeTrue();
    }

    [Fact]
    public async Task A_failed_run_leaves_its_page_too()
    {
        Directory.CreateDirectory(_space.PathOf("reports"));
        _space.Declare = pipeline => pipeline.Add(new TaskStage("bad", _space) { Body = _ => throw new InvalidOperationException("broken on purpose") });
        (await _space.RunAsync()).ShouldBe(1);
        _space.Read("reports/run.html").ShouldContain("broken on purpose");
    }

    [Theory]
    [InlineData(false, "")]
    [InlineData(true, "reports")]
    public async Task No_page_is_left_where_there_is_no_reports_folder_or_a_stage_reads_it(bool hasFolder, string read)
    {
        if (hasFolder) _space.Write("reports/one.txt", "x");
        DeclareText(read.Length > 0 ? [Input<Folder>.Source(read)] : []);
        await _space.SucceedAsync();
        _space.Has("reports/run.html").ShouldBeFalse();
        await _space.SucceedAsync("show", "--html", _space.PathOf("page.html"));
        _space.Printed.ShouldBe(_space.PathOf("page.html") + "\n");
        _space.Read("page.html").ShouldContain(" 1 ran; ");
    }

    [Fact]
    public async Task A_page_that_cannot_be_made_is_a_complaint_and_the_run_is_recorded()
    {
        Directory.CreateDirectory(_space.PathOf("reports"));
        _space.Declare = pipeline => pipeline.Add(new TaskStage("task", _space));
        await _space.SucceedAsync();
        using (var ledger = Ledger.Open(_space.PathOf(".kiln/ledger.db"))) ledger.Query("UPDATE plans SET stages = 'no plan'");
        await _space.SucceedAsync();
        _space.Printed.ShouldContain("\nreports/run.html was not written: ");
        await _space.SucceedAsync("runs");
        _space.Printed.Split('\n').Count(line => line.Contains("done", StringComparison.Ordinal)).ShouldBe(2);
    }

    [Fact]
    public async Task A_page_of_a_run_that_is_not_there_is_an_error()
    {
        (await _space.RunAsync("show", "2001", "--html", _space.PathOf("page.html"))).ShouldBe(2);
        _space.Printed.ShouldContain("There is no such run:");
        _space.Has("page.html").ShouldBeFalse();
    }

    void DeclareText(params Input<Folder>[] folders)
    {
        _space.Write("in.txt", "x");
        _space.Declare = pipeline => pipeline.Add(new FolderReader(folders));
    }

    sealed class FolderReader(Input<Folder>[] folders) : Stage
    {
        public Inputs<Folder> Folders { get; } = new(folders);

        public Output<PlainFile> Text { get; } = new("out/text.txt");

        protected internal override Task RunAsync(StageRun run)
        {
            run.Open(Text).WriteText("text");
            return Task.CompletedTask;
        }
    }

    static string PageOf(RecordedRun run, Func<string, StageHistory>? historyOf = null) => new RunPage(run, historyOf ?? (_ => new StageHistory([], null, null))).ToString();

    /// <summary>Two partitions, a stage behind them, one that was up to date, and one that failed.</summary>
    static RecordedRun Mixed() => Of(
    [
        Partition("read", "1", 0, 2), Partition("read", "2", 0.5, 1) with { Usage = new StageUsage(0.7, 96 << 20, 10, 20) }, Idle("check"),
        Worked("fit", 2, 4, 0, 1) with { Usage = new StageUsage(3.5, 96 << 20, 100, 100) }, Worked("judge", 6.1, 0.5, 0, 2, 3) with { Outcome = "failed", Why = "It broke:\n  file  x" },
    ], critical: 2);

    /// <summary>A hundred layers of stages, each of which needs two of the layer before; every other one worked.</summary>
    static RecordedRun Large(int count)
    {
        var perLayer = count / 100;
        return Of([.. Enumerable.Range(0, count).Select(i =>
        {
            int[] needs = i < perLayer ? [] : [i - perLayer, i - perLayer + (i % perLayer == perLayer - 1 ? -1 : 1)];
            return i % 2 == 0 ? Worked($"compile-{i}", i * 0.01, 0.009 + i % 7 * 0.003, needs) : Idle($"compile-{i}", needs);
        })]);
    }

    static RecordedRun Of(ImmutableArray<RecordedStage> stages, int critical = 0) => new(
        new RunRecord
        {
            Id = "20260102-030405-abcd",
            Pipeline = "test",
            Targets = "Default",
            CommandLine = "--target x",
            Started = Began,
            Seconds = critical > 0 ? 7 : stages.Max(stage => stage.Started is { } started ? (started - Began).TotalSeconds + stage.Seconds : 0),
            ExitCode = ExitCode.StageFailed,
            Jobs = 2,
            Settings = ImmutableSortedDictionary<string, string>.Empty.Add("a.b", "1"),
        },
        stages);

    static RecordedStage Worked(string name, double from, double seconds, params int[] needs) => new(new RecordedStep(name, null, [.. needs], false))
    {
        Outcome = "ran",
        Why = "first run",
        Started = Began.AddSeconds(from),
        Seconds = seconds,
        Attempts = 1,
    };

    static RecordedStage Partition(string group, string key, double from, double seconds) => Worked(group, from, seconds) with { Step = new RecordedStep(group, key, [], false) };

    static RecordedStage Idle(string name, params int[] needs) => new(new RecordedStep(name, null, [.. needs], false)) { Outcome = "up to date", Why = "nothing changed" };
}
