using System.Collections.Concurrent;

namespace Kiln.Tests;

/// <summary>Which thread goes on with what.</summary>
public sealed class HandOverTests : IDisposable
{
    readonly PipelineSpace _space = new();

    public void Dispose() => _space.Dispose();

    [Fact]
    public async Task The_thread_that_ends_a_stage_goes_on_with_the_next()
    {
        var work = new ConcurrentQueue<int?>();
        _space.Write("in.txt", "x");
        _space.Declare = pipeline =>
        {
            TextStage? before = null;
            for (var i = 0; i < 30; i++)
                pipeline.Add(before = new TextStage($"s{i}", before is null ? ["in.txt"] : [before], _space)
                {
                    Body = (run, stage) =>
                    {
                        work.Enqueue(Task.CurrentId); // what the thread was given to do
                        stage.WriteText(run);
                        return Task.CompletedTask;
                    },
                });
        };
        await _space.SucceedAsync("--jobs", "2");
        work.Count.ShouldBe(30);
        work.Distinct().Count().ShouldBeLessThan(5); // a report may come before the loop waits for it: then the loop's own thread goes on
    }

    [Fact]
    public async Task A_stage_that_was_started_does_not_wait_while_the_next_is_looked_at()
    {
        using var hasBegun = new ManualResetEventSlim();
        _space.Write("in.txt", "x");
        _space.Declare = pipeline =>
        {
            var root = new TextStage("root", ["in.txt"], _space);
            pipeline.Add(root);
            pipeline.Add(new TextStage("first", [root], _space)
            {
                Body = (run, stage) =>
                {
                    hasBegun.Set();
                    stage.WriteText(run);
                    return Task.CompletedTask;
                },
            });
            pipeline.Add(new Waiting(hasBegun, root));
        };
        await _space.SucceedAsync("--jobs", "2");
        hasBegun.IsSet.ShouldBeTrue();
    }

    sealed class Waiting(ManualResetEventSlim until, TextStage need) : Stage
    {
        [NotFingerprinted]
        readonly ManualResetEventSlim _until = until;

        public Input<PlainFile> Need { get; } = need.Text;

        public Output<PlainFile> Made { get; } = new("out/waiting.txt");

        protected internal override RunDecision ShouldRun() => _until.Wait(TimeSpan.FromSeconds(10)) ? RunDecision.Yes : throw new TimeoutException("first was not begun");

        protected internal override Task RunAsync(StageRun run)
        {
            run.Open(Made).WriteText("");
            return Task.CompletedTask;
        }
    }
}
