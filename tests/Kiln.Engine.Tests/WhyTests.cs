using System.ComponentModel.DataAnnotations;
using System.Text.RegularExpressions;

namespace Kiln.Tests;

/// <summary>The text of <c>why</c>, with run ids, times and hashes written as words.</summary>
public sealed partial class WhyTests : IDisposable
{
    readonly PipelineSpace _space = new();

    public WhyTests()
    {
        _space.Write("in.txt", "one\ntwo\n");
        _space.Declare = pipeline =>
        {
            var clean = pipeline.Add(_space.Stage("clean", "in.txt"));
            pipeline.Add(new Fit(pipeline.Settings<FitSettings>(), clean.Text));
        };
    }

    public void Dispose() => _space.Dispose();

    [Fact]
    public async Task A_changed_setting_is_told_with_both_values_and_a_changed_file_with_its_lines()
    {
        await _space.SucceedAsync();
        _space.Write("in.txt", "one\ntwo\nthree\n");
        await _space.SucceedAsync("-t", "clean");
        (await WhyAsync("Fit", "--set", "fit.depth=5")).ShouldBe("""
            Fit would run: fit.depth 3 → 5 (and 1 more)

            What     Of                  Was                    Is
            setting  fit.depth           3                      5
            input    Text out/clean.txt  HASH--------, 3 lines  HASH--------, 4 lines

            Was: run RUN, TIME.

            """);
    }

    [Fact]
    public async Task What_is_up_to_date_says_since_which_run_and_from_what()
    {
        await _space.SucceedAsync();
        var answer = Regex.Replace(await WhyAsync("Fit"), " {2,}", "  ");
        answer.ShouldStartWith("Fit would stay as it is: nothing changed\n");
        answer.ShouldContain("setting  fit.depth  3\n");
        answer.ShouldContain("input  Text out/clean.txt  HASH--------, 3 lines\n");
        answer.ShouldEndWith("\nMade by run RUN, TIME.\n");
    }

    [Fact]
    public async Task A_source_that_changed_shows_both_hashes_and_what_stands_there_now()
    {
        await _space.SucceedAsync();
        _space.Write("in.txt", "one\n");
        (await WhyAsync("clean")).ShouldContain("input  Sources in.txt  HASH--------  HASH--------, 1 line\n");
    }

    [Fact]
    public async Task A_stage_behind_a_stale_one_names_the_cause()
    {
        await _space.SucceedAsync();
        _space.Write("in.txt", "changed");
        (await WhyAsync("Fit")).ShouldBe("""
            Fit would run: clean comes first; unless that makes the same bytes

            Before it  Would  Why
            clean      run    input Sources in.txt changed

            """);
    }

    [Fact]
    public async Task What_was_made_before_from_the_same_facts_names_the_run_in_the_store()
    {
        await _space.SucceedAsync();
        await _space.SucceedAsync("--set", "fit.depth=5");
        var answer = await WhyAsync("Fit");
        answer.ShouldStartWith("Fit would be restored: fit.depth 5 → 3; made before\n");
        answer.ShouldContain("In the store: the result of run RUN, TIME, made from exactly these facts.");
    }

    [Fact]
    public async Task Where_the_workspace_remembers_nothing_the_nearest_stored_result_is_compared()
    {
        await _space.SucceedAsync();
        await _space.SucceedAsync("--set", "fit.depth=5", "--set", "fit.name=deep");
        File.Delete(_space.PathOf(".kiln/state"));
        var answer = await WhyAsync("Fit", "--set", "fit.depth=4");
        answer.ShouldStartWith("Fit would run: first run\n");
        answer.ShouldContain("""
            Nearest in the store: run RUN, TIME. It differs so:

            What     Of         There  Now
            setting  fit.depth  3      4

            """);
    }

    [Fact]
    public async Task A_nearer_result_than_the_last_is_named_beside_it()
    {
        await _space.SucceedAsync("--set", "fit.name=deep");
        await _space.SucceedAsync("--set", "fit.depth=5");
        var answer = await WhyAsync("Fit", "--set", "fit.depth=4", "--set", "fit.name=deep");
        answer.ShouldContain("setting  fit.name   \"plain\"  \"deep\"\n");
        answer.ShouldContain("setting  fit.depth  3      4\n");
    }

    [Fact]
    public async Task An_output_changed_by_hand_is_shown_with_both_hashes()
    {
        await _space.SucceedAsync();
        _space.Write("out/fit.txt", "mine");
        var answer = await WhyAsync("Fit");
        answer.ShouldStartWith("Fit would be restored: out/fit.txt is not as it was made\n");
        answer.ShouldContain("output  out/fit.txt  HASH--------  HASH--------\n");
    }

    [Fact]
    public async Task An_empty_workspace_says_first_run()
    {
        (await WhyAsync("clean")).ShouldBe("clean would run: first run\n");
        (await WhyAsync("Fit")).ShouldStartWith("Fit would run: first run\n");
    }

    [Fact]
    public async Task An_unknown_stage_is_told_the_nearest()
    {
        (await _space.RunAsync("why", "claen")).ShouldBe(2);
        _space.Printed.ShouldContain("Did you mean clean?");
        (await _space.RunAsync("why")).ShouldBe(2);
        _space.Printed.ShouldContain("Required argument missing for command: 'why'");
    }

    [Fact]
    public async Task A_thousand_partitions_are_a_few_lines_and_one_of_them_is_told_whole()
    {
        _space.Write("days/7.txt", "seven");
        _space.Declare = pipeline => pipeline.AddPartitions(Enumerable.Range(0, 1000), day =>
            new TextStage("day", [day == 7 ? "days/7.txt" : "in.txt"], _space) { Text = new($"out/{day}.txt") });
        await _space.SucceedAsync();
        _space.Write("days/7.txt", "changed");
        (await WhyAsync("day")).ShouldBe("""
            day has 1,000 stages

            Would          How many  Which          Why
            stay as it is       999  0, 1, 2, 3, …  nothing changed
            run                   1  7              input Sources days/7.txt changed
            `why 'day[7]'` tells all of one.

            """);
        (await WhyAsync("day[7]")).ShouldStartWith("day[7] would run: input Sources days/7.txt changed\n");
    }

    [Fact]
    public async Task A_stage_with_many_inputs_is_told_in_few_lines()
    {
        for (var i = 0; i < 1000; i++) _space.Write($"many/{i}.txt", "x");
        _space.Declare = pipeline => pipeline.Add(_space.Stage("all", [.. Enumerable.Range(0, 1000).Select(i => $"many/{i}.txt")]));
        await _space.SucceedAsync();
        for (var i = 0; i < 1000; i++) _space.Write($"many/{i}.txt", "yy");
        var answer = await WhyAsync("all");
        answer.Split('\n').Length.ShouldBeLessThan(20);
        answer.ShouldContain("992 more of Sources");
    }

    [Fact]
    public async Task A_run_with_explain_tells_the_same_of_each_stage_as_it_settles()
    {
        await _space.SucceedAsync();
        await _space.SucceedAsync("--explain", "--set", "fit.depth=5");
        var printed = Neutral(_space.Printed);
        printed.ShouldContain("clean is up to date: nothing changed\n  Made by run RUN, TIME.\n");
        printed.ShouldContain("""
            Fit ran: fit.depth 3 → 5
              What     Of         Was  Is
              setting  fit.depth  3    5
              Was: run RUN, TIME.

            """);
    }

    async Task<string> WhyAsync(string stage, params string[] further)
    {
        await _space.SucceedAsync(["why", stage, .. further]);
        _space.Ran.ShouldBeEmpty();
        return Neutral(_space.Printed);
    }

    /// <summary>Without what differs from one execution of a test to the next; a hash keeps its width.</summary>
    static string Neutral(string text) => Hash().Replace(Time().Replace(RunId().Replace(text, "RUN"), "TIME"), "HASH--------");

    [GeneratedRegex(@"\d{8}-\d{6}-[0-9a-f]{4}")]
    private static partial Regex RunId();

    [GeneratedRegex(@"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(, in [\d.]+ m?s)?")]
    private static partial Regex Time();

    [GeneratedRegex(@"\b[0-9a-f]{12}\b")]
    private static partial Regex Hash();
}

public sealed record FitSettings
{
    [Range(1, 100)]
    public int Depth { get; init; } = 3;

    public string Name { get; init; } = "plain";
}

/// <summary>A stage with settings and one input.</summary>
sealed class Fit(FitSettings settings, Output<PlainFile> text) : Stage
{
    public Input<PlainFile> Text { get; } = text;

    public Output<PlainFile> Fitted { get; } = new("out/fit.txt");

    protected internal override Task RunAsync(StageRun run)
    {
        run.Open(Fitted).WriteText($"{settings.Depth} {settings.Name} {run.Open(Text).ReadText()}");
        return Task.CompletedTask;
    }
}
