namespace Kiln.Tests;

/// <summary>Pipelines and command lines that cannot be planned: each says what is wrong, and ends with 2 before anything runs.</summary>
public sealed class PlanErrorTests : IDisposable
{
    readonly PipelineSpace _space = new();

    public PlanErrorTests() => _space.Write("in.txt", "x");

    public void Dispose() => _space.Dispose();

    [Fact]
    public async Task A_cycle_is_named_with_its_path()
    {
        _space.Declare = pipeline =>
        {
            pipeline.Add(_space.Stage("a", new Input<PlainFile>("out/c.txt")));
            pipeline.Add(_space.Stage("b", new Input<PlainFile>("out/a.txt")));
            pipeline.Add(_space.Stage("c", new Input<PlainFile>("out/b.txt")));
            pipeline.Add(_space.Stage("d", new Input<PlainFile>("out/c.txt")));
        };
        await RefusedAsync("""
            Stages need each other in a circle:
              path  a needs c needs b needs a
            Break one of these edges.
            """);
    }

    [Fact]
    public async Task A_stage_that_reads_what_it_writes_is_a_cycle()
    {
        _space.Declare = pipeline => pipeline.Add(_space.Stage("a", "out/a.txt"));
        await RefusedAsync("path  a needs a");
    }

    [Fact]
    public async Task Two_owners_of_one_path_are_named()
    {
        _space.Declare = pipeline =>
        {
            pipeline.Add(_space.Stage("a", "in.txt"));
            pipeline.Add(new TextStage("b", ["in.txt"], _space) { Text = new("out/../out/a.txt") });
        };
        await RefusedAsync("""
            Two stages make the same file:
              file    out/a.txt
              first   a
              second  b
            Give one of them another path.
            """);
    }

    [Fact]
    public async Task An_output_inside_another_stages_folder_has_two_owners()
    {
        _space.Declare = pipeline =>
        {
            pipeline.Add(new TextStage("inner", ["in.txt"], _space) { Text = new("out/parts/deep/a.txt") });
            pipeline.Add(new FolderStage("parts", Input<PlainFile>.Source("in.txt"), _space));
        };
        await RefusedAsync("""
            Two stages make the same file:
              file    out/parts/deep/a.txt
              first   parts
              second  inner
            """);
    }

    [Fact]
    public async Task A_file_that_no_stage_makes_names_the_nearest_that_one_does()
    {
        _space.Declare = pipeline =>
        {
            pipeline.Add(new TextStage("BuildFeatures", ["in.txt"], _space) { Text = new("data/feature.txt") });
            pipeline.Add(_space.Stage("Train", new Input<PlainFile>("data/features.txt")));
        };
        await RefusedAsync("""
            No stage makes this file:
              file       data/features.txt
              needed by  Train
            Did you mean data/feature.txt (BuildFeatures)? Declare a stage for it,
            """);
    }

    [Fact]
    public async Task A_source_that_is_not_there_is_named()
    {
        _space.Declare = pipeline => pipeline.Add(_space.Stage("a", "data/raw.csv"));
        await RefusedAsync("""
            An input is not there:
              file       data/raw.csv
              needed by  a
            """);
    }

    [Fact]
    public async Task A_source_that_another_target_needs_does_not_matter()
    {
        _space.Declare = pipeline =>
        {
            pipeline.Add(_space.Stage("a", "in.txt"));
            pipeline.Add(_space.Stage("b", "missing.txt"));
        };
        await _space.SucceedAsync("--target", "a");
    }

    [Theory]
    [InlineData("../elsewhere.txt")]
    [InlineData("out/../../elsewhere.txt")]
    [InlineData("/tmp/elsewhere.txt")]
    [InlineData(".")]
    [InlineData("")]
    public async Task An_output_outside_the_workspace_is_refused(string path)
    {
        _space.Declare = pipeline => pipeline.Add(new TextStage("a", ["in.txt"], _space) { Text = new(path) });
        await RefusedAsync("An output lies outside the workspace:");
        _space.Printed.ShouldContain("stage      a");
    }

    [Fact]
    public async Task A_sibling_folder_whose_name_starts_like_the_workspace_is_outside_it()
    {
        _space.Declare = pipeline => pipeline.Add(new TextStage("a", ["in.txt"], _space) { Text = new($"../{Path.GetFileName(_space.Root)}-2/a.txt") });
        await RefusedAsync("An output lies outside the workspace:");
    }

    [Theory]
    [InlineData(".kiln/objects/a")]
    [InlineData(".git/config")]
    public async Task An_output_among_kilns_or_gits_own_files_is_refused(string path)
    {
        _space.Declare = pipeline => pipeline.Add(new TextStage("a", ["in.txt"], _space) { Text = new(path) });
        await RefusedAsync("An output lies where Kiln or git keeps its own files:");
    }

    [Fact]
    public async Task Two_stages_of_one_name_are_refused()
    {
        _space.Declare = pipeline =>
        {
            pipeline.Add(_space.Stage("a", "in.txt"));
            pipeline.Add(new FolderStage("a", Input<PlainFile>.Source("in.txt"), _space));
        };
        await RefusedAsync("""
            Two stages have one name:
              name     a
              classes  TextStage, FolderStage
            """);
    }

    [Fact]
    public async Task Two_partitions_of_one_key_are_refused()
    {
        _space.Declare = pipeline => pipeline.AddPartitions([1, 2, 1], key => new TextStage("day", ["in.txt"], _space) { Text = new($"out/{key}.txt") });
        await RefusedAsync("""
            Two stages have one name:
              name     day[1]
              classes  TextStage
            """);
    }

    [Fact]
    public async Task An_output_of_a_stage_that_was_never_added_is_refused()
    {
        var forgotten = _space.Stage("forgotten", "in.txt");
        _space.Declare = pipeline => pipeline.Add(_space.Stage("a", forgotten));
        await RefusedAsync("The stage that makes this file is not in the pipeline:");
    }

    [Fact]
    public async Task A_stage_added_twice_is_refused()
    {
        _space.Declare = pipeline => pipeline.Add(pipeline.Add(_space.Stage("a", "in.txt")));
        await RefusedAsync("A stage was added twice:");
    }

    [Fact]
    public async Task A_source_folder_that_holds_another_stages_output_is_refused()
    {
        _space.Declare = pipeline =>
        {
            pipeline.Add(_space.Stage("a", "in.txt"));
            pipeline.Add(new GatheringStage(Input<Folder>.Source("out")));
        };
        await RefusedAsync("""
            A source folder holds what a stage makes:
              folder     out
              needed by  Gather
              made       out/a.txt (a)
            """);
    }

    [Fact]
    public async Task A_value_that_cannot_be_written_down_is_refused_and_never_left_out()
    {
        _space.Declare = pipeline => pipeline.Add(new OddStage(new object()));
        await RefusedAsync("""
            A value cannot be part of a fingerprint:
              type     Object
              held by  OddStage (odd)
            """);
    }

    [Fact]
    public async Task An_unknown_target_names_the_nearest()
    {
        _space.Declare = pipeline => pipeline.Add(_space.Stage("Train", "in.txt"));
        await RefusedAsync("""
            There is no such target:
              target    Trian
              pipeline  test
            Did you mean Train? Known: Train, Default.
            """, "--target", "Trian");
    }

    [Fact]
    public async Task An_unknown_pipeline_names_the_nearest() =>
        await RefusedAsync("Did you mean test? Known: test.", "--pipeline", "tset");

    [Theory]
    [InlineData("--tagret", "Did you mean --target?")]
    [InlineData("--keepgoing", "Did you mean --keep-going?")]
    [InlineData("rnus", "Did you mean runs?")]
    public async Task An_unknown_switch_names_the_nearest(string given, string advice)
    {
        await RefusedAsync("There is no such switch or command:", given);
        _space.Printed.ShouldContain("given  " + given);
        _space.Printed.ShouldContain(advice);
    }

    [Fact]
    public async Task An_unknown_verbosity_names_the_nearest() =>
        await RefusedAsync("Did you mean --verbosity verbose?", "--verbosity", "verbos");

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("many")]
    public async Task A_number_of_jobs_is_at_least_one(string jobs) => await RefusedAsync("The command line makes no sense:", "--jobs", jobs);

    [Fact]
    public async Task A_workspace_that_is_not_there_is_refused() => await RefusedAsync("The workspace is not there:", "--working", "/nowhere/at/all");

    [Fact]
    public async Task A_needed_stage_that_was_not_added_is_named()
    {
        _space.Declare = pipeline => pipeline.Add<AfterText>();
        await RefusedAsync("""
            A stage asks for another that is not in the pipeline:
              stage     AfterText
              asks for  BeforeText
            """);
    }

    async Task RefusedAsync(string message, params string[] arguments)
    {
        (await _space.RunAsync(arguments)).ShouldBe(2, _space.Printed);
        _space.Ran.ShouldBeEmpty();
        _space.Printed.ShouldContain(message.TrimEnd());
        _space.Printed.ShouldNotContain("   at Kiln");
    }

    [TaskName("Gather")]
    sealed class GatheringStage(Input<Folder> folder) : Stage
    {
        public Input<Folder> All { get; } = folder;

        public Output<PlainFile> Count { get; } = new("count.txt");

        protected internal override Task RunAsync(StageRun run)
        {
            run.Open(Count).WriteText(Directory.GetFiles(run.Open(All).Path).Length.ToString());
            return Task.CompletedTask;
        }
    }

    sealed class OddStage(object odd) : Stage
    {
        public object Odd => odd;

        public Output<PlainFile> Text { get; } = new("odd.txt");

        protected internal override Task RunAsync(StageRun run) => Task.CompletedTask;
    }

    sealed class BeforeText : Stage
    {
        protected internal override Task RunAsync(StageRun run) => Task.CompletedTask;
    }

    sealed class AfterText(BeforeText before) : Stage
    {
        public BeforeText Before => before;

        protected internal override Task RunAsync(StageRun run) => Task.CompletedTask;
    }
}
