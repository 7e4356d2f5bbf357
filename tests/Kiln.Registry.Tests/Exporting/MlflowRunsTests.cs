using Kiln.Registry.Exporting;

namespace Kiln.Tests.Exporting;

/// <summary>One run of Kiln's is one run there, also where a server is slow or two export at the same time.</summary>
public sealed class MlflowRunsTests : IDisposable
{
    readonly MlflowServer _server = new();
    readonly ExportSpace _space = new();

    public void Dispose()
    {
        _space.Dispose();
        _server.Dispose();
    }

    [Fact]
    public async Task A_run_that_is_made_once_its_request_was_given_up_is_found_and_not_made_again()
    {
        await _space.RanAsync();
        var slow = Signal();
        _server.Instead = (asked, count) =>
        {
            if ((asked, count) == ("runs/search", 2)) slow.SetResult();
            return (asked, count) switch
            {
                ("runs/create", 1) => new Reply { Until = slow.Task },
                ("runs/search", 3) => new Reply { Until = RunsAre(1) },
                _ => null,
            };
        };
        var exported = await _space.ExportAsync(_server, patience: 2);
        (exported.Was, exported.Deleted.Length, exported.Others.Length).ShouldBe((Before.Nothing, 0, 0));
        _server.Count("runs/create").ShouldBe(1);
        ShouldBeWhole(_server.Run);
    }

    [Theory]
    [InlineData(true, 1, 0.25)]
    [InlineData(false, 2, 60.25)]
    public async Task A_run_that_a_gateway_did_not_wait_for_is_looked_for_up_to_a_minute_before_it_is_made_again(bool isDone, int creates, double seconds)
    {
        await _space.RanAsync();
        var clock = new HastyClock();
        _server.Instead = (asked, count) => (asked, count) == ("runs/create", 1) ? new Reply { IsDone = isDone, Status = 504, Body = "<html>Gateway timeout</html>", ContentType = "text/html" } : null;
        await _space.ExportAsync(_server, clock);
        _server.Count("runs/create").ShouldBe(creates);
        clock.Waits.Sum(wait => wait.TotalSeconds).ShouldBe(seconds, 0.001);
        ShouldBeWhole(_server.Run);
    }

    [Fact]
    public async Task Of_two_runs_that_a_slow_server_made_the_unfinished_one_is_deleted_by_the_same_export()
    {
        await _space.RanAsync();
        var slow = Signal();
        _server.Instead = (asked, count) =>
        {
            if ((asked, count) == ("runs/log-batch", 1)) slow.SetResult();
            return (asked, count) switch
            {
                ("runs/create", 1) => new Reply { Until = slow.Task },
                ("runs/update", 1) => new Reply { Until = RunsAre(2) },
                _ => null,
            };
        };
        var exported = await _space.ExportAsync(_server, patience: 2);
        (_server.Count("runs/create"), _server.Runs.Count).ShouldBe((2, 2));
        exported.MlflowRun.ShouldBe(_server.Run.Id);
        exported.Deleted.ShouldBe([_server.Runs.Single(run => run.IsDeleted).Id]);
        ShouldBeWhole(_server.Run);
    }

    [Fact]
    public async Task A_run_that_is_made_after_the_export_is_deleted_by_the_next()
    {
        await _space.RanAsync();
        var slow = Signal();
        _server.Instead = (asked, count) => (asked, count) == ("runs/create", 1) ? new Reply { Until = slow.Task } : null;
        var first = await _space.ExportAsync(_server, patience: 1);
        slow.SetResult();
        await RunsAre(2);

        var second = await _space.ExportAsync(_server);
        (second.Was, second.MlflowRun).ShouldBe((Before.Whole, first.MlflowRun));
        second.Deleted.ShouldBe([_server.Runs.Single(run => run.IsDeleted).Id]);
        ShouldBeWhole(_server.Run);

        _server.Asked.Clear();
        (await _space.ExportAsync(_server)).Deleted.ShouldBeEmpty();
        _server.Asked.ShouldBe(["experiments/get-by-name", "runs/search"]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Of_several_unfinished_ones_that_of_the_smallest_id_is_made_whole(bool isAnswerLost)
    {
        await BegunAsync("b1", "a1", "c1");
        _server.Instead = (asked, count) => (asked, count) == ("runs/delete", 1) && isAnswerLost ? new Reply { IsLost = true } : null;
        var exported = await _space.ExportAsync(_server);
        (exported.Was, exported.MlflowRun).ShouldBe((Before.Part, "a1"));
        exported.Deleted.ShouldBe(["b1", "c1"]);
        exported.Others.ShouldBeEmpty();
        ShouldBeWhole(_server.Run);
    }

    [Fact]
    public async Task A_run_that_was_finished_is_never_deleted()
    {
        await BegunAsync("c1");
        foreach (var run in _server.Runs) run.Tags["kiln.outcome"] = "done";
        _server.Ids = _ => "b1";
        _server.Begin(_space.Last.Run.Id, outcome: "done");
        _server.Ids = _ => "a1";
        _server.Begin(_space.Last.Run.Id, outcome: "unfinished");
        var exported = await _space.ExportAsync(_server);
        (exported.Was, exported.MlflowRun).ShouldBe((Before.Whole, "b1"));
        exported.Others.ShouldBe(["c1", "a1"]);
        _server.Count("runs/delete").ShouldBe(0);
    }

    [Fact]
    public async Task What_does_not_carry_the_runs_id_is_left_alone_whatever_a_server_finds()
    {
        await BegunAsync("b1");
        var other = new KeptRun("a1", "1", "someone's", 1);
        _server.Instead = (asked, _) => asked == "runs/search" ? new Reply { IsDone = false, Body = $$"""{"runs": [{{other.ToJson()}}, {{_server.Runs[0].ToJson()}}]}""" } : null;
        var exported = await _space.ExportAsync(_server);
        (exported.MlflowRun, exported.Others.Length).ShouldBe(("b1", 0));
        _server.Count("runs/delete").ShouldBe(0);
    }

    [Theory]
    [InlineData(403, "PERMISSION_DENIED")]
    [InlineData(404, "ENDPOINT_NOT_FOUND")]
    public async Task Where_nothing_may_be_deleted_the_run_is_made_whole_and_the_copy_told(int status, string code)
    {
        await BegunAsync("a1", "b1");
        _server.Instead = (asked, _) => asked == "runs/delete" ? MlflowServer.Refusal(status, code, "no") : null;
        var exported = await _space.ExportAsync(_server);
        (exported.MlflowRun, exported.Deleted.Length).ShouldBe(("a1", 0));
        exported.Others.ShouldBe(["b1"]);
        ShouldBeWhole(_server.Runs[0]);
    }

    [Theory]
    [InlineData("a1", "b1")]
    [InlineData("b1", "a1")]
    public async Task Two_that_make_a_run_at_the_same_time_end_with_one(string first, string second)
    {
        await _space.RanAsync();
        var both = Signal();
        _server.Ids = count => count == 0 ? first : second;
        _server.Instead = (asked, count) =>
        {
            if ((asked, count) == ("runs/create", 2)) both.SetResult();
            return (asked, count) switch
            {
                ("runs/create", 1) => new Reply { Until = both.Task },
                ("runs/search", 3 or 4) => new Reply { Until = RunsAre(2) },
                _ => null,
            };
        };
        var exported = await Task.WhenAll(_space.ExportAsync(_server), _space.ExportAsync(_server));
        _server.Runs.Count.ShouldBe(2);
        exported.ShouldAllBe(run => run.MlflowRun == _server.Run.Id);
        ShouldBeWhole(_server.Run);
    }

    [Fact]
    public async Task One_whose_run_another_deletes_goes_on_with_the_one_that_was_kept()
    {
        await _space.RanAsync();
        var (searched, begun) = (Signal(), Signal());
        _server.Ids = count => count == 0 ? "b1" : "a1";
        _server.Instead = (asked, count) =>
        {
            if ((asked, count) == ("runs/create", 2)) searched.SetResult();
            if ((asked, count) == ("runs/log-batch", 1)) begun.SetResult();
            return (asked, count) switch
            {
                ("runs/create", 1) => new Reply { Until = searched.Task },
                ("runs/create", 2) => new Reply { Until = begun.Task },
                ("runs/log-batch", 1) => new Reply { Until = Task.Run(() => SpinWait.SpinUntil(() => _server.Runs[0].IsDeleted, TimeSpan.FromSeconds(20))) },
                _ => null,
            };
        };
        var exported = await Task.WhenAll(_space.ExportAsync(_server), _space.ExportAsync(_server));
        exported.Select(run => run.MlflowRun).ShouldBe(["a1", "a1"]);
        exported.SelectMany(run => run.Deleted).ShouldBe(["b1"]);
        ShouldBeWhole(_server.Run);
    }

    [Fact]
    public async Task Looking_for_a_late_run_can_be_interrupted()
    {
        await _space.RanAsync();
        using var interruption = new CancellationTokenSource();
        var slow = Signal();
        _server.Instead = (asked, count) =>
        {
            if ((asked, count) == ("runs/search", 3)) interruption.Cancel();
            return asked == "runs/create" ? new Reply { Until = slow.Task } : null;
        };
        await Should.ThrowAsync<OperationCanceledException>(() => _space.ExportAsync(_server, patience: 1, cancellation: interruption.Token));
        _server.Count("runs/create").ShouldBe(1);
        slow.SetResult();
    }

    /// <summary>Runs of the space's last that are there with nothing but their first tags.</summary>
    async Task BegunAsync(params string[] ids)
    {
        await _space.RanAsync();
        _server.Experiments["trial"] = new() { ["experiment_id"] = "1", ["lifecycle_stage"] = "active" };
        _server.Ids = count => ids[count];
        foreach (var _ in ids) _server.Begin(_space.Last.Run.Id);
    }

    Task RunsAre(int count) => Task.Run(() => SpinWait.SpinUntil(() => _server.Runs.Count == count, TimeSpan.FromSeconds(20)).ShouldBeTrue());

    /// <summary>Two that complete one run at the same time may send a value twice, so values are counted once.</summary>
    void ShouldBeWhole(KeptRun run)
    {
        (run.Status, run.Tags["kiln.outcome"], run.Tags["kiln.run"], run.Params.Count).ShouldBe(("FINISHED", "done", _space.Last.Run.Id, _space.Last.Run.Settings.Count));
        run.Metrics.DistinctBy(metric => (metric.GetProperty("key").GetString(), metric.GetProperty("step").GetInt64())).Count().ShouldBe(7);
    }

    static TaskCompletionSource Signal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
