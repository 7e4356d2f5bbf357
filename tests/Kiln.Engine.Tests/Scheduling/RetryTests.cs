using Kiln.Recording;
using Kiln.Running;

namespace Kiln.Tests;

/// <summary>Stages that fail in passing, and stages that take too long.</summary>
public sealed class RetryTests : IDisposable
{
    readonly PipelineSpace _space = new();
    int _attempts;

    public void Dispose() => _space.Dispose();

    [Fact]
    public async Task What_fails_in_passing_is_tried_again_and_told()
    {
        Declare(_ => ++_attempts < 3 ? throw new TransientException("the warehouse is busy") : Task.CompletedTask);
        await _space.SucceedAsync();
        _attempts.ShouldBe(3);
        _space.Printed.ShouldContain("a: attempt 1 of 4 failed (the warehouse is busy); again in ");
        _space.Printed.ShouldContain("a: attempt 2 of 4 failed");
        ClosingRows.Of(_space.Printed, "a").ShouldBe(["a ran first run; attempt 3"]);
        await _space.SucceedAsync("show", "last");
        _space.Printed.ShouldContain("first run; attempt 3");
    }

    [Fact]
    public async Task A_body_that_never_recovers_fails_after_its_last_attempt()
    {
        Declare(_ =>
        {
            _attempts++;
            throw new TransientException("the warehouse is busy");
        });
        (await _space.RunAsync()).ShouldBe(1);
        _attempts.ShouldBe(4);
        _space.Printed.ShouldContain("the warehouse is busy");
        _space.Has("out/a.txt").ShouldBeFalse();
        _space.Files(".kiln/staging").ShouldBeEmpty();
        using var ledger = Ledger.Open(_space.PathOf(".kiln/ledger.db"));
        ledger.Query("SELECT outcome, attempts FROM stages").ShouldHaveSingleItem().ShouldBe(["failed", "4"]);
    }

    [Fact]
    public async Task What_does_not_pass_is_not_tried_again()
    {
        Declare(_ =>
        {
            _attempts++;
            throw new InvalidOperationException("wrong for good");
        });
        (await _space.RunAsync()).ShouldBe(1);
        _attempts.ShouldBe(1);
    }

    [Fact]
    public void The_pause_doubles_up_to_a_minute_and_half_of_it_is_chance()
    {
        var second = TimeSpan.FromSeconds(1);
        Enumerable.Range(1, 9).Select(attempt => Backoff.PauseAfter(attempt, second, 1).TotalSeconds).ShouldBe([1, 2, 4, 8, 16, 32, 60, 60, 60]);
        Enumerable.Range(1, 9).Select(attempt => Backoff.PauseAfter(attempt, second, 0).TotalSeconds).ShouldBe([0.5, 1, 2, 4, 8, 16, 30, 30, 30]);
        Backoff.PauseAfter(3, TimeSpan.FromMinutes(5), 1).ShouldBe(TimeSpan.FromMinutes(5), "a longer first pause is meant");
    }

    [Fact]
    public async Task A_body_that_takes_too_long_is_cancelled_and_fails()
    {
        _space.Declare = pipeline => pipeline.Add(new WorkingStage("a", run => Task.Delay(Timeout.Infinite, run.Cancellation)) { Execution = Within(0.05, 30) });
        (await _space.RunAsync()).ShouldBe(1);
        _space.Printed.ShouldContain("A stage took longer than it may:\n  stage  a\n  limit  00:00:00.0500000");
        _space.Files(".kiln/staging").ShouldBeEmpty();
    }

    [Fact]
    public async Task A_body_that_does_not_stop_is_abandoned_and_nothing_more_begins()
    {
        using var release = new ManualResetEventSlim();
        using var stopped = new ManualResetEventSlim();
        var hasBegun = false;
        _space.Declare = pipeline =>
        {
            pipeline.Add(new WorkingStage("deaf", run =>
            {
                release.Wait(TimeSpan.FromSeconds(30));
                stopped.Set();
                return Task.CompletedTask;
            })
            { Execution = Within(0.05, 0.05) with { Retries = 5 } });
            pipeline.Add(new WorkingStage("other", _ => Task.FromResult(hasBegun = true)));
        };
        (await _space.RunAsync("--jobs", "1", "--keep-going")).ShouldBe(1);
        _space.Printed.ShouldContain("A stage took longer than it may, and does not stop:");
        ClosingRows.Of(_space.Printed, "other").ShouldBe(["other skipped an earlier stage failed"]);
        hasBegun.ShouldBeFalse();
        release.Set();
        stopped.Wait(TimeSpan.FromSeconds(30)).ShouldBeTrue();
    }

    [Fact]
    public async Task A_stage_may_say_that_running_out_of_time_passes()
    {
        _space.Declare = pipeline => pipeline.Add(new PatientStage("a", run => ++_attempts == 1 ? Task.Delay(Timeout.Infinite, run.Cancellation) : Task.CompletedTask)
        {
            Execution = Within(0.1, 30) with { Retries = 1, Pause = TimeSpan.FromMilliseconds(1) },
        });
        await _space.SucceedAsync();
        _attempts.ShouldBe(2);
    }

    [Fact]
    public async Task A_command_that_takes_too_long_is_killed()
    {
        _space.Declare = pipeline => pipeline.Add(new CommandStage("sleeps") { Command = ["sleep", "600"], Writes = [new Output<PlainFile>("out")], Execution = Within(0.1, 30) });
        (await _space.RunAsync()).ShouldBe(1);
        _space.Printed.ShouldContain("A stage took longer than it may:");
    }

    void Declare(Func<StageRun, Task> body) => _space.Declare = pipeline =>
    {
        pipeline.Tokens("warehouse");
        pipeline.Add(new DeclaredStage("a", body));
    };

    static Execution Within(double seconds, double grace) =>
        new() { Timeout = TimeSpan.FromSeconds(seconds), Grace = TimeSpan.FromSeconds(grace) };

    sealed class PatientStage(string name, Func<StageRun, Task> body) : WorkingStage(name, body)
    {
        protected internal override bool IsTransient(Exception error) => error is TimeoutException;
    }
}
