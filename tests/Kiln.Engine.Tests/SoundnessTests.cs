using System.Diagnostics;
using Kiln.Fingerprinting;

namespace Kiln.Tests;

/// <summary>Ways in which a stale result could be taken for a fresh one, or a file be lost.</summary>
public sealed class SoundnessTests : IDisposable
{
    readonly PipelineSpace _space = new();

    public SoundnessTests() => _space.Write("in.txt", "x");

    public void Dispose() => _space.Dispose();

    [Fact]
    public async Task Another_class_of_the_same_name_and_outputs_is_another_stage()
    {
        _space.Declare = pipeline => pipeline.Add(new Fast());
        await _space.SucceedAsync();
        _space.Declare = pipeline => pipeline.Add(new Slow());
        await _space.SucceedAsync();
        _space.Read("out/model.txt").ShouldBe("slow");
    }

    [Fact]
    public async Task A_link_in_a_source_folder_stands_for_the_content_it_leads_to()
    {
        _space.Write("elsewhere.csv", "old");
        Directory.CreateDirectory(_space.PathOf("src"));
        File.CreateSymbolicLink(_space.PathOf("src/day.csv"), _space.PathOf("elsewhere.csv"));
        _space.Declare = pipeline => pipeline.Add(new ReadsFolder());
        await _space.SucceedAsync();
        _space.Write("elsewhere.csv", "new!");
        await _space.SucceedAsync();
        _space.Read("out/text.txt").ShouldBe("new!");
    }

    [Fact]
    public async Task A_link_to_a_folder_in_a_source_folder_is_refused_and_never_walked()
    {
        _space.Write("src/day.csv", "x");
        File.CreateSymbolicLink(_space.PathOf("src/loop"), ".");
        _space.Declare = pipeline => pipeline.Add(new ReadsFolder());
        (await _space.RunAsync()).ShouldBe(1);
        _space.Printed.ShouldContain("does not lead to a file");
    }

    [Theory]
    [InlineData("a\\nb")]
    [InlineData("a\nb")]
    [InlineData("a\\\\nb\\")]
    public void Odd_names_survive_a_folders_tree(string name)
    {
        var tree = new FolderTree([new TreeEntry(FileKind.File, name, ContentHash.Of([]))]);
        FolderTree.Parse(tree.ToBytes()).Entries[0].Path.ShouldBe(name);
    }

    [Fact]
    public async Task Tasks_do_not_share_a_checkpoint_folder()
    {
        var folders = new List<string>();
        _space.Declare = pipeline =>
        {
            pipeline.Add(new Probe("a", run => folders.Add(run.CheckpointFolder)));
            pipeline.Add(new Probe("b", run => folders.Add(run.CheckpointFolder)));
        };
        await _space.SucceedAsync("--jobs", "1");
        folders.Distinct().Count().ShouldBe(2);
    }

    [Fact]
    public async Task A_stage_run_alone_is_told_how_its_needs_came_to_be()
    {
        var made = 0;
        _space.Declare = pipeline =>
        {
            var first = pipeline.Add(_space.Stage("first", "in.txt"));
            pipeline.Add(new TextStage("page", [first], _space)
            {
                Body = (run, stage) =>
                {
                    made = run.Facts.Upstream.Sum(record => record.Outputs.Length);
                    stage.WriteText(run);
                    return Task.CompletedTask;
                },
            });
        };
        await _space.SucceedAsync();
        made = 0;
        await _space.SucceedAsync("-t", "page", "-e", "--force");
        made.ShouldBe(1);
    }

    [Fact]
    public async Task An_output_that_is_another_name_of_a_file_is_stored_as_a_copy()
    {
        _space.Declare = pipeline => pipeline.Add(new TextStage("copy", ["in.txt"], _space)
        {
            Body = (run, stage) =>
            {
                using var link = Process.Start("ln", [_space.PathOf("in.txt"), run.Open(stage.Text).Path]);
                link.WaitForExit();
                link.ExitCode.ShouldBe(0);
                return Task.CompletedTask;
            },
        });
        await _space.SucceedAsync();
        using (var file = new FileStream(_space.PathOf("in.txt"), FileMode.Open, FileAccess.Write)) file.Write("y"u8);
        _space.Read(_space.Files(".kiln/objects").Single()).ShouldBe("x");
    }

    [Fact]
    public async Task A_file_from_the_future_is_not_read_again_and_again()
    {
        File.SetLastWriteTimeUtc(_space.PathOf("in.txt"), DateTime.UtcNow.AddDays(3));
        _space.Declare = pipeline => pipeline.Add(_space.Stage("a", "in.txt"));
        await Task.Delay(TimeSpan.FromMilliseconds(2 * FileStamp.Racy / 1e6));
        await _space.SucceedAsync();
        var hashes = _space.State.Hashes;
        hashes.Of(_space.PathOf("in.txt"));
        hashes.FilesRead.ShouldBe(0);
    }

    [Fact]
    public async Task A_link_put_into_an_output_folder_is_set_aside_with_it()
    {
        _space.Declare = pipeline => pipeline.Add(new FolderStage("parts", Input<PlainFile>.Source("in.txt"), _space));
        await _space.SucceedAsync();
        File.CreateSymbolicLink(_space.PathOf("out/parts/mine"), _space.PathOf("in.txt"));
        await _space.SucceedAsync();
        _space.Printed.ShouldContain("is kept as");
        Directory.EnumerateFileSystemEntries(_space.PathOf(".kiln/displaced"), "mine", SearchOption.AllDirectories).Count().ShouldBe(1);
        Path.Exists(_space.PathOf("out/parts/mine")).ShouldBeFalse();
    }

    [Fact]
    public async Task A_dry_run_of_a_target_alone_tells_of_that_target_alone()
    {
        _space.Declare = pipeline => pipeline.Add(_space.Stage("second", pipeline.Add(_space.Stage("first", "in.txt"))));
        await _space.SucceedAsync();
        _space.Write("in.txt", "yy");
        await _space.SucceedAsync("--dryrun", "-e", "-t", "second");
        _space.Printed.ShouldNotContain("first ");
    }

    [Fact]
    public async Task Targets_of_two_pipelines_are_told_apart()
    {
        _space.Declare = pipeline => pipeline.Add(_space.Stage("a", "in.txt"));
        _space.Others.Add(new PipelineDefinition("other", pipeline => pipeline.Add(new Probe("b", _ => { }))) { Folder = null });
        (await _space.RunAsync("-t", "a", "-t", "b")).ShouldBe(2);
        _space.Printed.ShouldContain("belong to different pipelines");
    }

    [Fact]
    public async Task A_setting_is_for_the_pipeline_that_has_the_target()
    {
        _space.Declare = pipeline => pipeline.Add(_space.Stage("a", "in.txt"));
        _space.Others.Add(new PipelineDefinition("other", pipeline => pipeline.Add<Greets>()));
        await _space.SucceedAsync("-t", "Greets", "--set", "greet.name=you");
        _space.Read("out/greeting.txt").ShouldBe("you");
        (await _space.RunAsync("-t", "a", "--set", "greet.name=you")).ShouldBe(2);
        _space.Printed.ShouldContain("  belongs to  other\n");
    }

    [Theory]
    [InlineData("greet: [1,\n bad")]
    [InlineData("greet: [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[")]
    public async Task Settings_that_the_yaml_library_stumbles_over_are_told_as_settings(string yaml)
    {
        _space.WriteSettings(yaml);
        _space.Declare = pipeline => pipeline.Add<Greets>();
        (await _space.RunAsync()).ShouldBe(2);
        _space.Printed.ShouldContain("The settings are not YAML");
    }

    [Fact]
    public async Task A_run_that_was_killed_is_listed_as_unfinished()
    {
        _space.Declare = pipeline => pipeline.Add(_space.Stage("a", "in.txt"));
        await _space.SucceedAsync();
        using (var ledger = Kiln.Recording.Ledger.Open(_space.PathOf(".kiln/ledger.db")))
            ledger.Begin(new() { Id = "20990101-000000-dead", Pipeline = "test", Targets = "Default", CommandLine = "", Started = DateTimeOffset.UtcNow });
        await _space.SucceedAsync("runs");
        _space.Printed.Split('\n').Single(line => line.Contains("dead")).ShouldContain("unfinished");
        await _space.SucceedAsync("show", "20990101");
        _space.Printed.ShouldContain("unfinished");
    }

    [Fact]
    public async Task A_target_that_a_forgiven_failure_kept_from_being_made_is_a_failure()
    {
        _space.Declare = pipeline =>
        {
            var shaky = pipeline.Add(new Shaky());
            pipeline.Add(_space.Stage("after", shaky.Text));
        };
        (await _space.RunAsync("-t", "after")).ShouldBe(1);
    }

    sealed record GreetSettings
    {
        public string Name { get; init; } = "all";
    }

    sealed class Greets(GreetSettings settings) : Stage
    {
        public Output<PlainFile> Text { get; } = new("out/greeting.txt");

        protected internal override Task RunAsync(StageRun run) => File.WriteAllTextAsync(run.Open(Text).Path, settings.Name);
    }

    [ContinueOnError]
    sealed class Shaky : Stage
    {
        public Output<PlainFile> Text { get; } = new("out/shaky.txt");

        protected internal override Task RunAsync(StageRun run) => throw new InvalidOperationException("It shook.");
    }

    [TaskName("Train")]
    sealed class Fast : Stage
    {
        public Output<PlainFile> Model { get; } = new("out/model.txt");

        protected internal override Task RunAsync(StageRun run) => File.WriteAllTextAsync(run.Open(Model).Path, "fast");
    }

    [TaskName("Train")]
    sealed class Slow : Stage
    {
        public Output<PlainFile> Model { get; } = new("out/model.txt");

        protected internal override Task RunAsync(StageRun run) => File.WriteAllTextAsync(run.Open(Model).Path, "slow");
    }

    sealed class ReadsFolder : Stage
    {
        public Input<Folder> Source { get; } = Input<Folder>.Source("src");

        public Output<PlainFile> Text { get; } = new("out/text.txt");

        protected internal override async Task RunAsync(StageRun run) =>
            run.Open(Text).WriteText(await File.ReadAllTextAsync(Path.Combine(run.Open(Source).Path, "day.csv")));
    }

    sealed class Probe(string name, Action<StageRun> body) : Stage
    {
        [NotFingerprinted]
        readonly Action<StageRun> _body = body;

        public override string Name => name;

        protected internal override Task RunAsync(StageRun run)
        {
            _body(run);
            return Task.CompletedTask;
        }
    }
}
