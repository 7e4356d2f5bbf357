namespace Kiln.Tests;

public sealed class CommandLineTests : IDisposable
{
    readonly PipelineSpace _space = new();

    public CommandLineTests()
    {
        _space.Write("in.txt", "x");
        _space.Declare = pipeline =>
        {
            var clean = pipeline.Add(_space.Stage("clean", "in.txt"));
            var days = pipeline.AddPartitions(["a", "b"], key => new TextStage("day", [clean], _space) { Text = new($"out/day-{key}.txt") });
            pipeline.Add(_space.Stage("join", days[0], days[1], clean));
        };
    }

    public void Dispose() => _space.Dispose();

    [Fact]
    public async Task Without_a_target_the_first_pipeline_runs_whole()
    {
        _space.Others.Add(new PipelineDefinition("tasks", pipeline => pipeline.Add(new TaskStage("Wipe", _space))) { Folder = null });
        await _space.SucceedAsync();
        _space.Ran.ShouldBe(["clean", "day[a]", "day[b]", "join"], ignoreOrder: true);
    }

    [Fact]
    public async Task Default_means_the_first_pipeline_even_where_a_host_has_tasks_of_its_own()
    {
        _space.Others.Add(new PipelineDefinition("tasks", pipeline => pipeline.Add(new TaskStage("Wipe", _space))) { Folder = null });
        await _space.SucceedAsync("--target", "Default");
        _space.Ran.ShouldBe(["clean", "day[a]", "day[b]", "join"], ignoreOrder: true);
    }

    [Fact]
    public async Task A_stage_named_Default_is_what_runs_without_a_target()
    {
        _space.Declare = pipeline =>
        {
            pipeline.Add(_space.Stage("other", "in.txt"));
            pipeline.Add(_space.Stage("Default", "in.txt"));
        };
        await _space.SucceedAsync();
        _space.Ran.ShouldBe(["Default"]);
    }

    [Fact]
    public async Task A_task_of_another_pipeline_is_found_by_its_name()
    {
        _space.Others.Add(new PipelineDefinition("tasks", pipeline => pipeline.Add(new TaskStage("Wipe", _space))) { Folder = null });
        await _space.SucceedAsync("--target", "Wipe");
        _space.Ran.ShouldBe(["Wipe"]);
    }

    [Fact]
    public async Task A_task_of_the_host_does_not_run_for_a_stage_of_the_same_name()
    {
        _space.Others.Add(new PipelineDefinition("tasks", pipeline => pipeline.Add(new TaskStage("clean", _space))) { Folder = null });
        (await _space.RunAsync("--target", "clean")).ShouldBe(2);
        _space.Ran.ShouldBeEmpty();
        _space.Printed.ShouldContain("Several pipelines have what is asked for");
        await _space.SucceedAsync("--target", "clean", "--pipeline", "test");
        _space.Ran.ShouldBe(["clean"]);
    }

    [Fact]
    public async Task The_tree_and_the_graph_are_drawn_where_a_source_is_absent()
    {
        File.Delete(Path.Combine(_space.Root, "in.txt"));
        await _space.SucceedAsync("--tree");
        await _space.SucceedAsync("graph", "--dot");
    }

    [Fact]
    public async Task A_task_of_the_host_runs_where_a_pipelines_settings_are_broken()
    {
        _space.WriteSettings("nonsense: [");
        _space.Others.Add(new PipelineDefinition("tasks", pipeline => pipeline.Add(new TaskStage("Wipe", _space))) { Folder = null });
        await _space.SucceedAsync("--target", "Wipe");
    }

    [Fact]
    public async Task One_partition_is_a_target_by_its_full_name()
    {
        await _space.SucceedAsync("--target", "day[b]");
        _space.Ran.ShouldBe(["clean", "day[b]"]);
    }

    [Fact]
    public async Task An_unknown_partition_is_told_the_near_ones_and_not_every_target()
    {
        _space.Declare = pipeline => pipeline.AddPartitions(Enumerable.Range(10, 90), key => new TextStage("day", ["in.txt"], _space) { Text = new($"out/day-{key}.txt") });
        (await _space.RunAsync("--target", "day[19x]")).ShouldBe(2);
        _space.Printed.ShouldBe("""
            There is no such partition:
              target     day[19x]
              pipeline   test
              there are  90, from 10 to 99
            Did you mean 19?

            """);
        (await _space.RunAsync("--partitions", "1")).ShouldBe(2);
        _space.Printed.ShouldEndWith("\nDid you mean 10, 11, 12 or 13?\n");
    }

    [Fact]
    public async Task Several_targets_run_together()
    {
        await _space.SucceedAsync("-t", "day[b]", "-t", "day[a]", "--jobs", "1");
        _space.Ran.ShouldBe(["clean", "day[a]", "day[b]"]);
    }

    [Fact]
    public async Task The_tree_shows_what_a_target_needs()
    {
        await _space.SucceedAsync("--tree");
        _space.Ran.ShouldBeEmpty();
        _space.Printed.ShouldBe("""
            join
            ├─ day (2 partitions)
            │  └─ clean
            └─ clean

            """);
    }

    [Fact]
    public async Task The_description_lists_what_stages_do()
    {
        _space.Declare = pipeline => pipeline.Add(new Described());
        await _space.SucceedAsync("--description");
        _space.Printed.ShouldBe("""
            Pipeline  Stage  Description
            test      Greet  Says hello.

            """);
    }

    [Theory]
    [InlineData("--sandbox and --no-sandbox exclude each other", "--sandbox", "--no-sandbox")]
    [InlineData("--dot and --mermaid exclude each other", "graph", "--dot", "--mermaid")]
    [InlineData("was given none", "--partitions", "")]
    [InlineData("was given none", "--partitions", " , ")]
    [InlineData("show takes a run's id, the start of one, or last, and was given none.", "show", "")]
    [InlineData("show takes a run's id, the start of one, or last, and was given none.", "show", "", "--html")]
    [InlineData("--target takes a stage's name, and was given none.", "-t", "")]
    [InlineData("day[] names no partition", "-t", "day[]")]
    [InlineData("why takes a stage's name, and was given none.", "why", "")]
    [InlineData("--working takes a folder, and was given none.", "-w", "")]
    [InlineData("verify runs stages only with --rebuild", "verify", "--sandbox")]
    [InlineData("target    @in.txt", "-t", "@in.txt")]
    [InlineData("given  @in.txt", "@in.txt")]
    [InlineData("--jobs takes a number of at least 1, not many.", "--jobs", "many")]
    [InlineData("--jobs takes a number of at least 1, not 0.", "-j", "0")]
    [InlineData("--limit takes a number of at least 1, not 1.5.", "--limit", "1.5")]
    [InlineData("--limit takes a number of at least 1, not 3000000000.", "status", "--limit", "3000000000")]
    public async Task Switches_that_make_no_sense_are_refused(string reason, params string[] arguments)
    {
        (await _space.RunAsync(arguments)).ShouldBe(2);
        _space.Ran.ShouldBeEmpty();
        _space.Printed.ShouldContain(reason);
    }

    [Theory]
    [InlineData("--help", "--keep-going")]
    [InlineData("--info", "kernel")]
    public async Task Questions_are_answered_without_running(string question, string answer)
    {
        await _space.SucceedAsync(question);
        _space.Ran.ShouldBeEmpty();
        _space.Printed.ShouldContain(answer);
    }

    [Fact]
    public async Task The_workspace_can_be_another_folder()
    {
        using var other = new PipelineSpace();
        other.Write("in.txt", "elsewhere");
        await _space.SucceedAsync("--working", other.Root, "--target", "clean");
        other.Read("out/clean.txt").ShouldBe("clean(elsewhere)");
        _space.Has("out").ShouldBeFalse();
    }

    [TaskName("Greet")]
    [TaskDescription("Says hello.")]
    sealed class Described : Stage
    {
        protected internal override Task RunAsync(StageRun run) => Task.CompletedTask;
    }
}
