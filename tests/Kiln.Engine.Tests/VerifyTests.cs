namespace Kiln.Tests;

/// <summary>Whether lock file, code and settings are in step, told as in a fresh clone: without data and without .kiln.</summary>
public sealed class VerifyTests : IDisposable
{
    const string Lock = "pipelines/test/pipeline.lock";
    readonly PipelineSpace _space = new();
    readonly FitSettings _settings = new();

    public VerifyTests()
    {
        _space.Write("in.txt", "x");
        _space.Declare = pipeline => Declare(pipeline, _settings, ["a", "b"]);
    }

    public void Dispose() => _space.Dispose();

    [Fact]
    public async Task A_fresh_clone_without_data_is_in_step()
    {
        await CloneAsync();
        (await _space.RunAsync("verify")).ShouldBe(0, _space.Printed);
        _space.Printed.ShouldBe($"""
            {Lock} is in step with code and settings.
            Not here, and taken as recorded: in.txt.

            """);
        _space.OwnFiles.ShouldBe([Lock]);
    }

    [Fact]
    public async Task A_source_that_is_there_must_be_the_recorded_one()
    {
        await CloneAsync();
        _space.Write("in.txt", "x");
        (await _space.RunAsync("verify")).ShouldBe(0, _space.Printed);
        _space.Write("in.txt", "y");
        (await _space.RunAsync("verify")).ShouldBe(5);
        OutOfStep().ShouldBe(["clean  input in.txt"]);
    }

    [Fact]
    public async Task A_setting_changed_without_a_run_is_named_with_both_values()
    {
        await CloneAsync();
        (await _space.RunAsync("verify", "--set", "fit.depth=4")).ShouldBe(5);
        _space.Printed.ShouldContain("Fit    setting fit.depth  3         4\n");
        OutOfStep().ShouldBe(["Fit    setting fit.depth"]);
    }

    [Fact]
    public async Task Code_that_is_not_the_recorded_is_named()
    {
        await CloneAsync();
        SpoilCode();
        (await _space.RunAsync("verify")).ShouldBe(5);
        _space.Printed.ShouldContain("code ");
    }

    [Fact]
    public async Task A_stage_added_or_taken_away_since_is_named()
    {
        await CloneAsync();
        _space.Declare = pipeline =>
        {
            var clean = pipeline.Add(_space.Stage("clean", "in.txt"));
            pipeline.Add(_space.Stage("further", clean));
        };
        (await _space.RunAsync("verify")).ShouldBe(5);
        OutOfStep().ShouldBe(["further  stage", "Fit      stage", "day      stage"], ignoreOrder: true);
    }

    [Fact]
    public async Task A_partition_added_or_taken_away_since_is_named()
    {
        await CloneAsync();
        _space.Declare = pipeline => Declare(pipeline, _settings, ["b", "c"]);
        (await _space.RunAsync("verify")).ShouldBe(5);
        OutOfStep().ShouldBe(["day[c]  partition", "day[a]  partition"], ignoreOrder: true);
    }

    [Fact]
    public async Task A_block_merged_from_another_branch_without_its_consumers_is_noticed()
    {
        await CloneAsync();
        var text = _space.Read(Lock);
        var made = text.Split('\n').First(line => line.StartsWith("  output   out/clean.txt", StringComparison.Ordinal));
        _space.Write(Lock, text.Replace(made, made[..^4] + "ffff", StringComparison.Ordinal));
        (await _space.RunAsync("verify")).ShouldBe(5);
        OutOfStep().ShouldBe(["Fit     input out/clean.txt", "day[a]  what it was made from", "day[b]  what it was made from"], ignoreOrder: true);
    }

    [Fact]
    public async Task Another_machines_program_is_told_and_is_no_fault()
    {
        _space.Declare = pipeline => pipeline.Add(new CommandStage("copy") { Command = ["cp", "in.txt", "out.txt"], Reads = [Input<PlainFile>.Source("in.txt")], Writes = [new Output<PlainFile>("out.txt")] });
        await CloneAsync();
        var text = _space.Read(Lock);
        var program = text.Split('\n').First(line => line.StartsWith("  input ", StringComparison.Ordinal) && !line.Contains("in.txt", StringComparison.Ordinal));
        _space.Write(Lock, text.Replace(program, program[..^4] + "ffff", StringComparison.Ordinal));
        (await _space.RunAsync("verify")).ShouldBe(0, _space.Printed);
        _space.Printed.ShouldContain("Parts of this machine that differ");
    }

    [Fact]
    public async Task Merge_markers_are_wrong_usage_that_says_what_to_do()
    {
        await CloneAsync();
        _space.Write(Lock, _space.Read(Lock).Replace("\nday\n", "\n<<<<<<< HEAD\nday\n=======\n>>>>>>> other\n", StringComparison.Ordinal));
        (await _space.RunAsync("verify")).ShouldBe(2);
        _space.Printed.ShouldContain("merge markers");
        _space.Printed.ShouldContain("run the pipeline");
    }

    [Fact]
    public async Task A_lock_file_that_is_not_there_or_damaged_is_told()
    {
        (await _space.RunAsync("verify")).ShouldBe(5);
        _space.Printed.ShouldContain("is not there");
        _space.Write(Lock, "# x\n\nclean\n  nonsense\n");
        (await _space.RunAsync("verify")).ShouldBe(2);
        _space.Printed.ShouldContain("line      4");
    }

    [Fact]
    public async Task A_pipeline_that_was_never_recorded_is_named_and_fails_only_alone()
    {
        _space.Others.Add(new PipelineDefinition("young", pipeline => pipeline.Add(_space.Stage("newcomer", "in.txt"))));
        await CloneAsync();
        (await _space.RunAsync("verify")).ShouldBe(0, _space.Printed);
        _space.Printed.ShouldContain("pipelines/young/pipeline.lock is not there: nothing of this pipeline was recorded yet.");
        (await _space.RunAsync("verify", "--pipeline", "young")).ShouldBe(5);
    }

    [Fact]
    public async Task A_task_has_no_block_and_an_output_that_varies_is_believed()
    {
        _space.Declare = pipeline =>
        {
            var page = pipeline.Add(new TextStage("page", ["in.txt"], _space) { Text = new("out/page.html") { VariesByRun = true } });
            pipeline.Add(_space.Stage("after", page));
            pipeline.Add(new TaskStage("greet", _space));
        };
        await CloneAsync();
        (await _space.RunAsync("verify")).ShouldBe(0, _space.Printed);
    }

    [Fact]
    public async Task With_a_target_only_what_it_needs_is_checked()
    {
        await CloneAsync();
        _space.Declare = pipeline => Declare(pipeline, new FitSettings { Depth = 9 }, ["a", "c"]);
        (await _space.RunAsync("verify", "-t", "day[a]")).ShouldBe(0, _space.Printed);
        _space.Printed.ShouldStartWith($"{Lock} is in step with code and settings, as far as day[a] needs it.\n");
        (await _space.RunAsync("verify", "-t", "day[a]", "-t", "Fit")).ShouldBe(5);
        OutOfStep().ShouldBe(["Fit    setting fit.depth"]);
        (await _space.RunAsync("verify", "-t", "day")).ShouldBe(5);
        OutOfStep().ShouldBe(["day[c]  partition", "day[b]  partition"]);
    }

    [Fact]
    public async Task A_target_of_another_pipeline_leaves_a_lock_file_that_is_out_of_step_alone()
    {
        _space.Others.Add(new PipelineDefinition("second", pipeline => pipeline.Add(_space.Stage("other", "in.txt"))));
        _space.Others.Add(new PipelineDefinition("tasks", pipeline => pipeline.Add(new TaskStage("Wipe", _space))) { Folder = null });
        await _space.SucceedAsync();
        await _space.SucceedAsync("-t", "other");
        SpoilCode();
        (await _space.RunAsync("verify")).ShouldBe(5);
        await _space.SucceedAsync("verify", "-t", "other");
        (await _space.RunAsync("verify", "-t", "Wipe")).ShouldBe(2);
        _space.Printed.ShouldContain("A host's own tasks have no lock file:");
    }

    void SpoilCode()
    {
        var text = _space.Read(Lock);
        var line = text.Split('\n').First(line => line.StartsWith("  code ", StringComparison.Ordinal));
        _space.Write(Lock, text.Replace(line, line[..^4] + "ffff", StringComparison.Ordinal));
    }

    void Declare(PipelineBuilder pipeline, FitSettings settings, string[] keys)
    {
        var clean = pipeline.Add(_space.Stage("clean", "in.txt"));
        pipeline.Add(new Fit(settings.Depth == 3 ? pipeline.Settings<FitSettings>() : settings, clean.Text));
        pipeline.AddPartitions(keys, key => new TextStage("day", [clean], _space) { Text = new($"out/day-{key}.txt") });
    }

    /// <summary>Runs everything, then keeps only what git would have.</summary>
    async Task CloneAsync()
    {
        await _space.SucceedAsync();
        foreach (var file in _space.Files().Where(file => file != Lock)) File.Delete(_space.PathOf(file));
        Directory.Delete(_space.PathOf(".kiln"), recursive: true);
    }

    /// <summary>The first two columns of what is out of step.</summary>
    IEnumerable<string> OutOfStep() => _space.Printed.Split("Recorded", 2)[1].Split('\n').Skip(1).TakeWhile(line => line.Length > 0)
        .Select(line => System.Text.RegularExpressions.Regex.Match(line, @"^\S+ +(input \S+|setting \S+|stage|partition|what it was made from|\S+ \S+)").Value);
}
