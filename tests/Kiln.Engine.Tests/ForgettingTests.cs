namespace Kiln.Tests;

/// <summary>What Kiln remembers of a workspace does not grow for ever, and what it forgets is made up for without a stage running.</summary>
public sealed class ForgettingTests : IDisposable
{
    readonly PipelineSpace _space = new();

    public ForgettingTests()
    {
        _space.Write("in.txt", "x");
        Declare("a", "b");
        _space.Others.Add(new PipelineDefinition("second", pipeline => pipeline.Add(_space.Stage("other", "in.txt"))));
    }

    public void Dispose() => _space.Dispose();

    [Fact]
    public async Task A_stage_that_its_pipeline_no_longer_has_is_forgotten_and_comes_back_without_running()
    {
        await _space.SucceedAsync();
        await _space.SucceedAsync("-t", "other");
        Declare("a", "c");
        await _space.SucceedAsync();
        _space.State.Stages.Keys.ShouldBe(["test/a", "test/c", "second/other"], ignoreOrder: true);
        Declare("a", "b");
        await _space.SucceedAsync();
        _space.Ran.ShouldBeEmpty();
        _space.State.Stages.Keys.ShouldBe(["test/a", "test/b", "second/other"], ignoreOrder: true);
    }

    [Fact]
    public async Task A_stage_that_was_not_asked_for_is_remembered()
    {
        await _space.SucceedAsync();
        _space.Write("in.txt", "y");
        await _space.SucceedAsync("-t", "a");
        _space.State.Stages.Keys.ShouldBe(["test/a", "test/b"], ignoreOrder: true);
    }

    [Fact]
    public async Task A_run_that_failed_forgets_nothing()
    {
        await _space.SucceedAsync();
        _space.Declare = pipeline =>
        {
            pipeline.Add(_space.Stage("c", "in.txt"));
            pipeline.Add(new TaskStage("bad", _space) { Body = _ => throw new InvalidOperationException() });
        };
        (await _space.RunAsync("--jobs", "1")).ShouldBe(1);
        _space.State.Stages.Keys.ShouldBe(["test/a", "test/b", "test/c"], ignoreOrder: true);
    }

    [Fact]
    public async Task Files_of_the_workspace_that_are_gone_are_forgotten_and_no_others()
    {
        using var elsewhere = new PipelineSpace();
        elsewhere.Write("far.txt", "far");
        for (var day = 0; day < 3; day++) _space.Write($"days/{day}.txt", $"{day}");
        _space.Declare = pipeline => pipeline.Add(new Reader(Input<Folder>.Source("days"), Input<PlainFile>.Source(elsewhere.PathOf("far.txt"))));
        await _space.SucceedAsync("-t", "other");
        await _space.SucceedAsync();
        File.Delete(_space.PathOf("days/0.txt"));
        File.Delete(_space.PathOf("out/other.txt"));
        await _space.SucceedAsync();
        File.Delete(elsewhere.PathOf("far.txt"));
        _space.Declare = pipeline => pipeline.Add(_space.Stage("c", "in.txt"));
        await _space.SucceedAsync();
        var known = _space.State.Hashes.Settled().Keys;
        known.ShouldNotContain(_space.PathOf("days/0.txt"));
        known.ShouldNotContain(_space.PathOf("out/other.txt"));
        known.ShouldContain(_space.PathOf("days/1.txt"), "no stage reads it any more, but it is there");
        known.ShouldContain(elsewhere.PathOf("far.txt"), "its disk may come back");
    }

    [Fact]
    public async Task Checkpoints_of_a_month_ago_that_no_stage_of_the_run_would_resume_from_are_removed()
    {
        var isToFail = true;
        _space.Declare = pipeline => pipeline.Add(new TextStage("long", ["in.txt"], _space)
        {
            Body = (run, stage) =>
            {
                var isResumed = Directory.Exists(run.CheckpointFolder);
                if (!isResumed) File.WriteAllText(Path.Combine(Directory.CreateDirectory(run.CheckpointFolder).FullName, "epoch"), "3");
                if (isToFail) throw new InvalidOperationException();
                stage.WriteText(run);
                return Task.CompletedTask;
            },
        });
        (await _space.RunAsync()).ShouldBe(1);
        var own = _space.Files(".kiln/checkpoints").ShouldHaveSingleItem();
        foreach (var (name, days) in new[] { ("aaaaaaaaaaaa", 31), ("bbbbbbbbbbbb", 29) })
        {
            _space.Write($".kiln/checkpoints/{name}/deep/epoch", "1");
            Age($".kiln/checkpoints/{name}/deep/epoch", days);
            Age($".kiln/checkpoints/{name}/deep", days);
            Age($".kiln/checkpoints/{name}", 90);
        }

        Age(own, 90);
        Age(Path.GetDirectoryName(own)!, 90);
        (await _space.RunAsync()).ShouldBe(1);
        _space.Files(".kiln/checkpoints").ShouldBe([own, ".kiln/checkpoints/bbbbbbbbbbbb/deep/epoch"], ignoreOrder: true);
        isToFail = false;
        await _space.SucceedAsync();
        _space.Files(".kiln/checkpoints").ShouldBe([".kiln/checkpoints/bbbbbbbbbbbb/deep/epoch"]);
    }

    [Fact]
    public async Task Checkpoints_of_a_task_stay_with_its_name()
    {
        var folder = "";
        _space.Declare = pipeline => pipeline.Add(new TaskStage("task", _space)
        {
            Body = run =>
            {
                folder = Path.GetRelativePath(_space.Root, run.CheckpointFolder);
                return Task.CompletedTask;
            },
        });
        await _space.SucceedAsync();
        _space.Write(folder + "/kept", "x");
        Age(folder + "/kept", 90);
        Age(folder, 90);
        await _space.SucceedAsync();
        _space.Has(folder + "/kept").ShouldBeTrue();
    }

    void Declare(params string[] names) => _space.Declare = pipeline =>
    {
        foreach (var name in names) pipeline.Add(_space.Stage(name, "in.txt"));
    };

    void Age(string path, int days) => Directory.SetLastWriteTimeUtc(_space.PathOf(path), DateTime.UtcNow.AddDays(-days));

    sealed class Reader(Input<Folder> days, Input<PlainFile> far) : Stage
    {
        public Input<Folder> Days { get; } = days;

        public Input<PlainFile> Far { get; } = far;

        public Output<PlainFile> Text { get; } = new("out/read.txt");

        protected internal override Task RunAsync(StageRun run)
        {
            run.Open(Text).WriteText(run.Open(Far).ReadText() + Directory.GetFiles(run.Open(Days).Path).Length);
            return Task.CompletedTask;
        }
    }
}
