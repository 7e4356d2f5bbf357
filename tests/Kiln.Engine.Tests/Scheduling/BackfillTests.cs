namespace Kiln.Tests;

/// <summary>Runs over some of the partitions: by key, what failed, the first that are due, and the windows that look back.</summary>
public sealed class BackfillTests : IDisposable
{
    static readonly DateOnly First = new(2018, 7, 1);

    readonly PipelineSpace _space = new();
    readonly DailyPipeline _pipeline;

    public BackfillTests()
    {
        _pipeline = new DailyPipeline(_space);
        _pipeline.AddDays(First, 20);
        _space.Declare = _pipeline.Declare;
    }

    public void Dispose() => _space.Dispose();

    [Fact]
    public async Task A_changed_day_reruns_the_windows_that_hold_it_and_no_others()
    {
        await _space.SucceedAsync();
        _space.Read("total").ShouldBe("132"); // 1 + 2 + … + 8, and 12 more of 8
        _pipeline.Write(First.AddDays(4), "3");
        await _space.SucceedAsync();
        _space.Ran.ShouldBe(["Read[2018-07-05]", .. Enumerable.Range(5, 8).Select(day => $"Week[2018-07-{day:00}]"), "Total"], ignoreOrder: true);
        _space.Read("total").ShouldBe("148");
    }

    [Fact]
    public async Task A_new_day_runs_that_day()
    {
        await _space.SucceedAsync();
        _pipeline.AddDays(First.AddDays(20), 1);
        await _space.SucceedAsync();
        _space.Ran.ShouldBe(["Read[2018-07-21]", "Week[2018-07-21]", "Total"]);
    }

    [Fact]
    public async Task Chosen_partitions_are_made_with_what_they_look_back_on_and_the_total_waits()
    {
        await _space.SucceedAsync("--partitions", "2018-07-10..2018-07-11,2018-07-20");
        _space.Ran.Where(name => name.StartsWith("Week", StringComparison.Ordinal)).ShouldBe(["Week[2018-07-10]", "Week[2018-07-11]", "Week[2018-07-20]"], ignoreOrder: true);
        _space.Ran.Count(name => name.StartsWith("Read", StringComparison.Ordinal)).ShouldBe(17 - 2 + 2); // 3 to 11, 13 to 20
        ClosingRows.Of(_space.Printed, "Total").ShouldBe(["Total skipped --partitions leaves out 17 of the 20 stages it needs, such as Week[2018-07-01]"]);
        _space.Has("total").ShouldBeFalse();
        await _space.SucceedAsync();
        _space.Read("total").ShouldBe("132");
    }

    [Fact]
    public async Task All_keys_chosen_leave_nothing_out()
    {
        await _space.SucceedAsync("--partitions", "..");
        _space.Read("total").ShouldBe("132");
    }

    [Theory]
    [InlineData("2018-07-32", "Did you mean 2018-07-02 or 2018-07-12?")]
    [InlineData("2018-07-01..2018-08-01", "No stage has such a partition:\n  key        2018-08-01\n  there are  20, from 2018-07-01 to 2018-07-20")]
    [InlineData("2018-07-09..2018-07-02", "A range of partitions ends before it begins:")]
    public async Task A_wrong_key_is_told(string keys, string told)
    {
        (await _space.RunAsync("--partitions", keys)).ShouldBe(2);
        _space.Printed.ShouldContain(told);
        _space.Ran.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_backfill_takes_the_first_keys_that_are_due_and_says_what_is_left()
    {
        await _space.SucceedAsync("--partitions", "2018-07-02");
        await _space.SucceedAsync("--limit", "3");
        _space.Ran.Where(name => name.StartsWith("Week", StringComparison.Ordinal)).ShouldBe(["Week[2018-07-01]", "Week[2018-07-03]", "Week[2018-07-04]"], ignoreOrder: true);
        _space.Printed.ShouldContain("--limit 3: 16 more to do after this run, from 2018-07-05 to 2018-07-20.");
        await _space.SucceedAsync("--limit", "1", "--partitions", "2018-07-15..");
        _space.Ran.ShouldContain("Week[2018-07-15]");
        _space.Printed.ShouldContain("5 more to do after this run, from 2018-07-16 to 2018-07-20.");
        await _space.SucceedAsync("--limit", "100");
        _space.Read("total").ShouldBe("132");
        await _space.SucceedAsync("--limit", "1");
        _space.Ran.ShouldBeEmpty();
    }

    [Fact]
    public async Task Status_looks_at_the_chosen_partitions()
    {
        (await _space.RunAsync("status", "--partitions", "2018-07-01")).ShouldBe(5);
        await _space.SucceedAsync("--partitions", "2018-07-01");
        (await _space.RunAsync("status", "--partitions", "2018-07-01")).ShouldBe(0, _space.Printed);
        (await _space.RunAsync("status")).ShouldBe(5);
    }

    [Fact]
    public async Task One_of_a_thousand_partitions_fails_the_others_are_made_and_failed_only_runs_that_one()
    {
        _pipeline.Days.Clear();
        _pipeline.AddDays(First, 1000);
        _pipeline.Bad.Add(First.AddDays(600));
        (await _space.RunAsync("--target", "Read", "--verbosity", "minimal")).ShouldBe(1);
        _space.Ran.Count.ShouldBe(1000);
        _space.Files("days").Count.ShouldBe(999);
        ClosingRows.Of(_space.Printed, "Read").ShouldContain("Read failed 1/1000 2020-02-21: Read[2020-02-21] threw an error of its own");

        _pipeline.Bad.Clear();
        await _space.SucceedAsync("--target", "Read", "--failed-only");
        _space.Ran.ShouldBe(["Read[2020-02-21]"]);
        await _space.SucceedAsync("--target", "Read", "--failed-only");
        _space.Ran.ShouldBeEmpty();
        _space.Printed.ShouldContain("Nothing of this plan failed last time.");
    }

    [Fact]
    public async Task A_stage_of_which_every_partition_fails_is_given_up()
    {
        _pipeline.Bad.UnionWith(_pipeline.Days);
        (await _space.RunAsync("--target", "Read", "--jobs", "1")).ShouldBe(1);
        _space.Ran.Count.ShouldBe(10);
        (await _space.RunAsync("--target", "Read", "--jobs", "1", "--keep-going")).ShouldBe(1);
        _space.Ran.Count.ShouldBe(20);
    }
}
