using Kiln.Recording;

namespace Kiln.Tests;

public sealed class RunArchiveTests : IDisposable
{
    readonly PipelineSpace _space = new();

    public RunArchiveTests() => _space.Declare = pipeline =>
    {
        pipeline.Add(_space.Stage("first", "in.txt"));
        pipeline.Add(new TextStage("second", ["other.txt"], _space)
        {
            Body = (run, stage) =>
            {
                run.Metric("rows", 12);
                run.Metric("unknown", double.NaN);
                stage.WriteText(run);
                return Task.CompletedTask;
            },
        });
        pipeline.Add(new TaskStage("task", _space));
    };

    public void Dispose() => _space.Dispose();

    [Fact]
    public void A_workspace_in_which_nothing_ran_has_no_runs_and_gets_no_ledger()
    {
        using var archive = RunArchive.Open(_space.Root);
        archive.Runs.ShouldBeEmpty();
        Should.Throw<UsageException>(() => archive.Get("last")).Message.ShouldContain("no such run");
        _space.Has(".kiln").ShouldBeFalse();
    }

    [Fact]
    public async Task Runs_are_named_by_their_ids_the_start_of_them_or_as_the_last()
    {
        await RunAsync("1");
        await RunAsync("2");
        using var archive = RunArchive.Open(_space.Root);
        archive.Runs.Length.ShouldBe(2);
        archive.Get("last").Run.Id.ShouldBe(archive.Runs[1]);
        archive.Get(archive.Runs[0]).Run.Id.ShouldBe(archive.Runs[0]);
        archive.Get(archive.Runs[0][..^1]).Run.Id.ShouldBe(archive.Runs[0]);
        Should.Throw<UsageException>(() => archive.Get("1999"));
        Should.Throw<UsageException>(() => archive.Get(""));
    }

    [Fact]
    public async Task A_run_tells_how_it_ended_and_how_its_stages_fared()
    {
        await RunAsync("1");
        await RunAsync("2");
        using var archive = RunArchive.Open(_space.Root);
        var (run, stages) = archive.Get("last");
        (run.Pipeline, run.ExitCode, run.Ended).ShouldBe(("test", ExitCode.Done, "done"));
        run.Environment["dotnet"].ShouldStartWith(".NET");
        stages.Select(stage => (stage.Step.Name, stage.Outcome)).ShouldBe([("first", "ran"), ("second", "up to date"), ("task", "ran")]);
        stages[0].Started.ShouldNotBeNull().ShouldBeInRange(run.Started, run.Started.AddSeconds(run.Seconds));
    }

    [Fact]
    public async Task What_was_measured_stands_until_something_else_is_made()
    {
        await RunAsync("1");
        await RunAsync("2");
        using var archive = RunArchive.Open(_space.Root);
        archive.MetricsOf(archive.Get("last")).Select(metric => (metric.Stage.Step.Name, metric.Name, metric.Value)).ShouldBe([("second", "rows", 12), ("second", "unknown", double.NaN)]);
    }

    async Task RunAsync(string text)
    {
        _space.Write("in.txt", text);
        _space.Write("other.txt", "the same");
        await _space.SucceedAsync("--target", "first", "--target", "second", "--target", "task");
    }
}
