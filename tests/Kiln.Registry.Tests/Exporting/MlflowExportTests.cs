using System.Globalization;
using Kiln.Registry.Exporting;

namespace Kiln.Tests.Exporting;

/// <summary>What of a run comes to a server, whatever happens on the way.</summary>
public sealed class MlflowExportTests : IDisposable
{
    readonly MlflowServer _server = new();
    readonly ExportSpace _space = new();

    public void Dispose()
    {
        _space.Dispose();
        _server.Dispose();
    }

    [Fact]
    public async Task A_run_is_there_with_what_is_known_of_it()
    {
        await _space.RanAsync("measure.words=one two");
        var exported = await _space.ExportAsync(_server);
        var (run, recorded) = (_server.Run, _space.Last.Run);

        exported.ShouldBe(new(recorded.Id, "trial", "1", run.Id, "FINISHED", Before.Nothing, recorded.Settings.Count, 7, $"{_server.Address}/#/experiments/1/runs/{run.Id}") { Deleted = exported.Deleted, Others = exported.Others });
        (exported.Deleted.Length, exported.Others.Length).ShouldBe((0, 0));
        (run.Name, run.Start, run.Status).ShouldBe((recorded.Id, recorded.Started.ToUnixTimeMilliseconds(), "FINISHED"));
        ((double)(run.End - run.Start)).ShouldBe(recorded.Seconds * 1000, 1);
        run.Params["measure.words"].ShouldBe("one two");
        run.Params["measure.items_0_.label"].ShouldBe("first");
        run.Params["measure.fails"].ShouldBe("false");
        run.Params.Count.ShouldBe(recorded.Settings.Count);
        run.Tags["kiln.run"].ShouldBe(recorded.Id);
        run.Tags["kiln.pipeline"].ShouldBe("trial");
        run.Tags["kiln.outcome"].ShouldBe("done");
        run.Tags["kiln.targets"].ShouldBe(recorded.Targets);
        run.Tags["kiln.param.measure.items_0_.label"].ShouldBe("measure.items[0].label");
        run.Tags["kiln.metric.Measure/loss _log_"].ShouldBe("Measure/loss (log)");
        run.Tags["kiln.stage.Measure"].ShouldMatch("^ran in [0-9.]+ s: first run$");
        run.Tags["kiln.stage.Day"].ShouldStartWith("ran 3/3 in ");
        run.Tags["kiln.environment.dotnet"].ShouldBe(recorded.Environment["dotnet"]);
        run.Tags["mlflow.source.name"].ShouldBe("./build.sh --set measure.words=one two");
        run.Tags["mlflow.source.type"].ShouldBe("LOCAL");
        run.Tags["mlflow.user"].ShouldNotBeEmpty();
        run.Tags.Keys.ShouldNotContain("mlflow.source.git.commit");
        run.Tags.Keys.ShouldNotContain("kiln.versions");
        run.Tags.Keys.ShouldNotContain("kiln.param.measure.words");
    }

    [Fact]
    public async Task Numbers_are_sent_as_they_are_and_partitions_as_a_series()
    {
        await _space.RanAsync();
        await _space.ExportAsync(_server);
        var run = _server.Run;
        run.Values("Measure/AUC ROC").ShouldBe("0: 0.9289030467531528");
        run.Values("Measure/loss _log_").ShouldBe("0: 0.25");
        run.Values("Measure/unknown").ShouldBe("0: NaN");
        run.Values("Measure/endless").ShouldBe("0: Infinity");
        run.Values("Day/letters").ShouldBe("0: 109, 1: 116, 2: 119");
        run.Metrics.ShouldAllBe(metric => metric.GetProperty("timestamp").GetInt64() >= run.Start && metric.GetProperty("timestamp").GetInt64() <= run.End);
    }

    [Fact]
    public async Task The_commit_is_told_as_MLflow_tells_it()
    {
        Git("init", "-q", "-b", "trunk");
        Git("-c", "user.name=a", "-c", "user.email=a@example.com", "commit", "-q", "--allow-empty", "-m", "first");
        await _space.RanAsync();
        await _space.ExportAsync(_server);
        _server.Run.Tags["mlflow.source.git.commit"].ShouldMatch("^[0-9a-f]{40}$");
        _server.Run.Tags["mlflow.source.git.branch"].ShouldBe("trunk");
        _server.Run.Tags["kiln.dirty"].ShouldBe("no");
    }

    [Fact]
    public async Task What_stages_with_nothing_to_do_measured_before_is_the_runs_too()
    {
        await _space.RanAsync();
        var first = _space.Last.Run.Id;
        File.Delete(Path.Combine(_space.Root, "out/tue.txt"));
        await _space.RanAsync();
        _space.Last.Run.Id.ShouldNotBe(first);
        _space.Last.Stages.Single(stage => stage.Step.Name == "Measure").Outcome.ShouldBe("up to date");
        await _space.ExportAsync(_server);
        _server.Run.Values("Measure/AUC ROC").ShouldBe("0: 0.9289030467531528");
        _server.Run.Values("Measure/unknown").ShouldBe("0: NaN");
        _server.Run.Values("Day/letters").ShouldBe("0: 109, 1: 116, 2: 119");
    }

    [Fact]
    public async Task Many_settings_and_long_ones_are_cut_into_what_a_request_holds()
    {
        var items = string.Join(", ", Enumerable.Range(0, 230).Select(i => $"{{label: {(i == 7 ? new string('é', 4000) : $"n{i}")}}}"));
        await _space.RanAsync($"measure.items=[{items}]");
        await _space.ExportAsync(_server);
        var run = _server.Run;
        run.Params.Count.ShouldBe(_space.Last.Run.Settings.Count);
        run.Params.Count.ShouldBeGreaterThan(230);
        run.Params["measure.items_229_.label"].ShouldBe("n229");
        run.Params["measure.items_7_.label"].ShouldBe(new string('é', 2998) + "…");
        run.Tags["kiln.param.measure.items_229_.label"].ShouldBe("measure.items[229].label");
        run.Tags["mlflow.source.name"].ShouldEndWith("…");
        _server.Count("runs/log-batch").ShouldBe(8); // 3 of tags, 3 of params, one of metrics, and the last
    }

    [Theory]
    [InlineData(0, "FINISHED", "done")]
    [InlineData(1, "FAILED", "failed (1)")]
    [InlineData(3, "FAILED", "a gate said no (3)")]
    [InlineData(8, "KILLED", "interrupted (8)")]
    [InlineData(null, "KILLED", "unfinished")]
    public async Task A_run_ends_there_as_it_ended_here(int? exitCode, string status, string outcome)
    {
        await _space.RanAsync();
        _space.End(exitCode);
        (await _space.ExportAsync(_server)).Status.ShouldBe(status);
        (_server.Run.Status, _server.Run.Tags["kiln.outcome"]).ShouldBe((status, outcome));
    }

    [Fact]
    public async Task A_stage_that_failed_is_told_with_its_reason_and_has_no_metrics()
    {
        await _space.RanAsync("measure.fails=true");
        await _space.ExportAsync(_server);
        _server.Run.Status.ShouldBe("FAILED");
        _server.Run.Tags["kiln.stage.Measure"].ShouldEndWith(" s: It fails, as it was told to.");
        _server.Run.Values("Measure/AUC ROC").ShouldBeEmpty();
    }

    [Fact]
    public async Task A_run_that_is_there_stays_as_it_is()
    {
        await _space.RanAsync();
        var first = await _space.ExportAsync(_server);
        _server.Asked.Clear();
        (await _space.ExportAsync(_server)).ShouldBe(first with { Was = Before.Whole });
        _server.Asked.ShouldBe(["experiments/get-by-name", "runs/search"]);
    }

    [Fact]
    public async Task A_run_that_goes_on_after_its_export_is_made_whole_by_the_next()
    {
        await _space.RanAsync();
        _space.End(null);
        await _space.ExportAsync(_server);
        _space.End(0);
        (await _space.ExportAsync(_server)).Was.ShouldBe(Before.Part);
        (_server.Run.Status, _server.Run.Tags["kiln.outcome"], _server.Run.Metrics.Count).ShouldBe(("FINISHED", "done", 7));
        (await _space.ExportAsync(_server)).Was.ShouldBe(Before.Whole);
    }

    [Fact]
    public async Task A_version_that_was_registered_since_is_told()
    {
        await _space.RanAsync();
        await _space.ExportAsync(_server);
        await _space.ExportAsync(_server, versions: ["fraud/3", "fraud/4"]);
        _server.Run.Tags["kiln.versions"].ShouldBe("fraud/3, fraud/4");
        _server.Run.Metrics.Count.ShouldBe(7);
    }

    /// <summary>The server does what it is asked, and the answer is lost: it cannot be known here whether it did.</summary>
    [Theory]
    [InlineData("experiments/get-by-name", 1)]
    [InlineData("experiments/create", 1)]
    [InlineData("runs/search", 1)]
    [InlineData("runs/create", 1)]
    [InlineData("runs/log-batch", 1)]
    [InlineData("runs/log-batch", 2)]
    [InlineData("runs/log-batch", 3)]
    [InlineData("runs/log-batch", 4)]
    [InlineData("runs/update", 1)]
    public async Task A_lost_answer_adds_nothing_twice(string endpoint, int time)
    {
        await _space.RanAsync();
        _server.Instead = (asked, count) => asked == endpoint && count == time ? new Reply { IsLost = true } : null;
        (await _space.ExportAsync(_server)).Was.ShouldBe(Before.Nothing);
        _server.Experiments.Count.ShouldBe(1);
        _server.Run.Metrics.Count.ShouldBe(7);
        _server.Run.Values("Day/letters").ShouldBe("0: 109, 1: 116, 2: 119");
        (_server.Run.Status, _server.Run.Tags["kiln.outcome"]).ShouldBe(("FINISHED", "done"));
    }

    [Theory]
    [InlineData("runs/create", 1)]
    [InlineData("runs/log-batch", 2)]
    [InlineData("runs/log-batch", 3)]
    [InlineData("runs/update", 1)]
    public async Task A_server_that_answers_500_and_has_done_it_all_the_same_gets_nothing_twice(string endpoint, int time)
    {
        await _space.RanAsync();
        _server.Instead = (asked, count) => asked == endpoint && count == time ? new Reply { Status = 500, Body = "<html>Internal server error</html>", ContentType = "text/html" } : null;
        await _space.ExportAsync(_server);
        _server.Runs.Count.ShouldBe(1);
        _server.Run.Metrics.Count.ShouldBe(7);
        (_server.Run.Values("Measure/unknown"), _server.Run.Values("Measure/endless")).ShouldBe(("0: NaN", "0: Infinity"));
        (_server.Run.Status, _server.Run.Tags["kiln.outcome"]).ShouldBe(("FINISHED", "done"));
    }

    [Fact]
    public async Task A_server_that_answers_500_every_time_is_told_with_its_words()
    {
        await _space.RanAsync();
        _server.Instead = (asked, _) => asked == "runs/create" ? MlflowServer.Refusal(500, "INTERNAL_ERROR", "disk full") : null;
        var error = await Should.ThrowAsync<KilnException>(() => _space.ExportAsync(_server));
        error.Message.ShouldContain("500 InternalServerError");
        error.Message.ShouldContain("disk full");
        _server.Count("runs/create").ShouldBe(5);
        _server.Runs.ShouldBeEmpty();
    }

    [Fact]
    public async Task An_experiment_that_another_made_meanwhile_is_taken()
    {
        await _space.RanAsync();
        _server.Instead = (asked, count) =>
        {
            if (asked == "experiments/create") _server.Experiments["trial"] = new() { ["experiment_id"] = "77", ["lifecycle_stage"] = "active" };
            return null;
        };
        (await _space.ExportAsync(_server)).ExperimentId.ShouldBe("77");
    }

    [Fact]
    public async Task A_busy_server_is_asked_again_after_as_long_as_it_says()
    {
        await _space.RanAsync();
        var clock = new HastyClock();
        _server.Instead = (asked, count) => (asked, count) switch
        {
            ("runs/create", 1) => MlflowServer.Refusal(429, "REQUEST_LIMIT_EXCEEDED", "slower") with { Headers = [("Retry-After", "7")] },
            ("runs/create", 2) => new Reply { IsDone = false, Status = 503, Headers = [("Retry-After", "Fri, 01 May 2026 12:00:20 GMT")] },
            ("runs/create", 3) => new Reply { IsDone = false, Status = 502, Body = "<html>Bad gateway</html>", ContentType = "text/html" },
            ("runs/create", 4) => MlflowServer.Refusal(500, "INTERNAL_ERROR", "lost"),
            _ => null,
        };
        await _space.ExportAsync(_server, clock);
        clock.Waits.Select(wait => wait.TotalSeconds).ShouldBe([7, 20, 1, 2]);
        _server.Run.Status.ShouldBe("FINISHED");
    }

    [Fact]
    public async Task A_server_that_stays_busy_is_given_up_and_one_that_goes_on_is_not()
    {
        await _space.RanAsync("measure.items=[" + string.Join(", ", Enumerable.Range(0, 500).Select(i => $"{{label: n{i}}}")) + "]");
        _server.Instead = (asked, count) => asked == "runs/log-batch" && count % 2 == 1 ? MlflowServer.Refusal(503, "TEMPORARILY_UNAVAILABLE", "soon") : null; // every second time
        await _space.ExportAsync(_server);
        _server.Run.Params.Count.ShouldBe(_space.Last.Run.Settings.Count);

        _server.Asked.Clear();
        _server.Instead = (asked, _) => asked == "runs/search" ? MlflowServer.Refusal(503, "TEMPORARILY_UNAVAILABLE", "not today") : null;
        var error = await Should.ThrowAsync<KilnException>(() => _space.ExportAsync(_server));
        error.Message.ShouldContain("503 ServiceUnavailable");
        error.Message.ShouldContain("not today");
        _server.Count("runs/search").ShouldBe(5);
    }

    [Fact]
    public async Task A_server_that_asks_for_an_hour_is_not_waited_for()
    {
        await _space.RanAsync();
        var clock = new HastyClock();
        _server.Instead = (_, _) => new Reply { IsDone = false, Status = 429, Headers = [("Retry-After", "3600")] };
        (await Should.ThrowAsync<KilnException>(() => _space.ExportAsync(_server, clock))).Message.ShouldContain("asks for  3,600 s");
        clock.Waits.ShouldBeEmpty();
    }

    [Fact]
    public async Task An_answer_that_does_not_come_is_waited_for_so_long_and_no_longer()
    {
        await _space.RanAsync();
        _server.Instead = (asked, count) => asked == "runs/create" && count == 1 ? new Reply { Late = TimeSpan.FromSeconds(2) } : null;
        await _space.ExportAsync(_server, patience: 1);
        _server.Run.Metrics.Count.ShouldBe(7);
        _server.Instead = (_, _) => new Reply { Late = TimeSpan.FromSeconds(0.4) };
        (await Should.ThrowAsync<KilnException>(() => _space.ExportAsync(_server, patience: 0.1))).Message.ShouldContain("no answer within 0.1 s");
    }

    void Git(params string[] arguments)
    {
        using var git = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("git", arguments) { WorkingDirectory = _space.Root })!;
        git.WaitForExit();
        git.ExitCode.ShouldBe(0, string.Join(' ', arguments).ToString(CultureInfo.InvariantCulture));
    }
}
