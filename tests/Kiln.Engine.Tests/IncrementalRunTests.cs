namespace Kiln.Tests;

public sealed class IncrementalRunTests : IDisposable
{
    readonly PipelineSpace _space = new();

    public IncrementalRunTests()
    {
        _space.Write("in.txt", "x");
        _space.Write("other.txt", "o");
        _space.Declare = pipeline =>
        {
            var clean = pipeline.Add(_space.Stage("clean", "in.txt"));
            var left = pipeline.Add(_space.Stage("left", clean));
            var right = pipeline.Add(_space.Stage("right", clean, "other.txt"));
            pipeline.Add(_space.Stage("join", left, right));
        };
    }

    public void Dispose() => _space.Dispose();

    [Fact]
    public async Task A_first_run_makes_everything_in_order()
    {
        await _space.SucceedAsync();
        _space.Read("out/join.txt").ShouldBe("join(left(clean(x)),right(clean(x),o))");
        _space.Ran.Count.ShouldBe(4);
        _space.Ran[0].ShouldBe("clean");
        _space.Ran[3].ShouldBe("join");
    }

    [Fact]
    public async Task A_second_run_runs_nothing()
    {
        await _space.SucceedAsync();
        await _space.SucceedAsync();
        _space.Ran.ShouldBeEmpty();
        _space.Printed.ShouldContain("4 up to date");
    }

    [Fact]
    public async Task A_run_with_nothing_changed_reads_no_file_to_hash_it()
    {
        await Task.Delay(30); // the source was written just now: a stamp that young is not relied on
        await _space.SucceedAsync();
        var hashes = _space.State.Hashes;
        foreach (var path in _space.OwnFiles.Where(path => path.EndsWith(".txt", StringComparison.Ordinal))) hashes.Of(_space.PathOf(path)).ShouldNotBeNull(path);
        hashes.FilesRead.ShouldBe(0);
        var before = File.GetLastWriteTimeUtc(_space.PathOf(".kiln/state"));
        await _space.SucceedAsync();
        File.GetLastWriteTimeUtc(_space.PathOf(".kiln/state")).ShouldBe(before);
    }

    [Fact]
    public async Task A_touched_input_reruns_nothing()
    {
        await _space.SucceedAsync();
        File.SetLastWriteTimeUtc(_space.PathOf("in.txt"), DateTime.UtcNow.AddMinutes(-5));
        await _space.SucceedAsync();
        _space.Ran.ShouldBeEmpty();
    }

    [Fact]
    public async Task An_input_rewritten_with_the_same_bytes_reruns_nothing()
    {
        await _space.SucceedAsync();
        File.Delete(_space.PathOf("in.txt"));
        _space.Write("in.txt", "x");
        await _space.SucceedAsync();
        _space.Ran.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_changed_input_reruns_only_what_depends_on_it()
    {
        await _space.SucceedAsync();
        _space.Write("other.txt", "p");
        await _space.SucceedAsync();
        _space.Ran.ShouldBe(["right", "join"]);
        _space.Read("out/join.txt").ShouldBe("join(left(clean(x)),right(clean(x),p))");
        _space.Printed.ShouldContain("input Sources other.txt changed");
    }

    [Fact]
    public async Task An_input_changed_while_size_and_modification_time_stay_is_noticed()
    {
        var written = new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        File.SetLastWriteTimeUtc(_space.PathOf("in.txt"), written);
        await Task.Delay(30); // only a stamp that is not young is relied on
        await _space.SucceedAsync();
        _space.Write("in.txt", "y");
        File.SetLastWriteTimeUtc(_space.PathOf("in.txt"), written);
        await _space.SucceedAsync();
        _space.Read("out/clean.txt").ShouldBe("clean(y)");
    }

    [Fact]
    public async Task A_stage_that_made_the_same_bytes_again_leaves_what_follows_up_to_date()
    {
        _space.Declare = pipeline =>
        {
            var trim = pipeline.Add(new TextStage("trim", ["in.txt"], _space)
            {
                Body = (run, stage) =>
                {
                    run.Open(stage.Text).WriteText(run.Open(stage.Sources[0]).ReadText().Trim());
                    return Task.CompletedTask;
                },
            });
            pipeline.Add(_space.Stage("next", trim));
        };
        await _space.SucceedAsync();
        _space.Write("in.txt", "x  ");
        await _space.SucceedAsync();
        _space.Ran.ShouldBe(["trim"]);
    }

    [Fact]
    public async Task Going_back_to_an_earlier_input_restores_without_running()
    {
        await _space.SucceedAsync();
        _space.Write("in.txt", "y");
        await _space.SucceedAsync();
        _space.Ran.Count.ShouldBe(4);
        _space.Write("in.txt", "x");
        await _space.SucceedAsync();
        _space.Ran.ShouldBeEmpty();
        _space.Read("out/join.txt").ShouldBe("join(left(clean(x)),right(clean(x),o))");
        _space.Printed.ShouldContain("4 restored");
        _space.Printed.ShouldContain("input Sources in.txt changed; made before");
    }

    [Fact]
    public async Task A_target_runs_what_it_needs_and_no_more()
    {
        await _space.SucceedAsync("--target", "left");
        _space.Ran.ShouldBe(["clean", "left"]);
        _space.Has("out/join.txt").ShouldBeFalse();
    }

    [Fact]
    public async Task Force_runs_the_target_alone_again()
    {
        await _space.SucceedAsync();
        await _space.SucceedAsync("--target", "left", "--force");
        _space.Ran.ShouldBe(["left"]);
        _space.Printed.ShouldContain("--force");
    }

    [Fact]
    public async Task Exclusive_runs_the_target_on_what_its_needs_made_before()
    {
        await _space.SucceedAsync();
        _space.Write("in.txt", "y");
        await _space.SucceedAsync("--target", "left", "--exclusive", "--force");
        _space.Ran.ShouldBe(["left"]);
        _space.Read("out/left.txt").ShouldBe("left(clean(x))");
    }

    [Fact]
    public async Task Exclusive_says_what_was_never_made()
    {
        (await _space.RunAsync("--target", "left", "--exclusive")).ShouldBe(2);
        _space.Ran.ShouldBeEmpty();
        _space.Printed.ShouldContain("A stage cannot run alone:");
        _space.Printed.ShouldContain("needs    out/clean.txt");
    }

    [Fact]
    public async Task Exclusive_reads_nothing_but_what_its_needs_made()
    {
        await _space.SucceedAsync();
        _space.Write("out/clean.txt", "forged");
        (await _space.RunAsync("--target", "left", "--exclusive", "--force")).ShouldBe(1);
        _space.Read("out/left.txt").ShouldBe("left(clean(x))");
        _space.Printed.ShouldContain("not as its stage made it");
        (await _space.RunAsync("--target", "left", "--exclusive")).ShouldBe(1);
        _space.Printed.ShouldContain("out/clean.txt");
    }

    [Fact]
    public async Task A_stage_without_outputs_always_runs()
    {
        _space.Declare = pipeline => pipeline.Add(new TaskStage("greet", _space));
        await _space.SucceedAsync();
        await _space.SucceedAsync();
        _space.Ran.ShouldBe(["greet"]);
        _space.Printed.ShouldContain("a task always runs");
    }

    [Fact]
    public async Task A_dry_run_says_what_would_run_and_runs_nothing()
    {
        await _space.SucceedAsync();
        _space.Write("other.txt", "p");
        await _space.SucceedAsync("--dryrun");
        _space.Ran.ShouldBeEmpty();
        var answer = System.Text.RegularExpressions.Regex.Replace(_space.Printed, @" {2,}(\d+ ms {2,})?", "  ").Split(';')[0];
        answer.ShouldBe("""
            Stage  Would  From  Takes  Why
            clean  stay as it is  nothing changed
            left  stay as it is  nothing changed
            right  run  input Sources other.txt changed
            join  run  right comes first
            """);
        _space.Read("out/join.txt").ShouldBe("join(left(clean(x)),right(clean(x),o))");
    }

    [Fact]
    public async Task An_input_that_changes_while_a_stage_reads_it_leaves_no_result()
    {
        var isChanging = true;
        _space.Declare = pipeline => pipeline.Add(new TextStage("read", ["in.txt"], _space)
        {
            Body = async (run, stage) =>
            {
                stage.WriteText(run);
                await Task.Delay(30);
                if (isChanging) _space.Write("in.txt", "z");
            },
        });
        (await _space.RunAsync()).ShouldBe(1);
        _space.Printed.ShouldContain("An input changed during the run:");
        _space.Has("out/read.txt").ShouldBeFalse();
        isChanging = false;
        await _space.SucceedAsync();
        _space.Read("out/read.txt").ShouldBe("read(z)");
    }
}
