namespace Kiln.Tests;

/// <summary>Outputs whose places or names are awkward, or not theirs to write.</summary>
public sealed class BadPlacesTests : IDisposable
{
    readonly PipelineSpace _space = new();
    readonly string _outside = Directory.CreateTempSubdirectory("kiln-outside-").FullName;

    public BadPlacesTests() => _space.Write("in.txt", "x");

    public void Dispose()
    {
        _space.Dispose();
        Directory.Delete(_outside, recursive: true);
    }

    [Fact]
    public async Task An_output_behind_a_link_out_of_the_workspace_is_refused_before_its_stage_runs()
    {
        File.CreateSymbolicLink(_space.PathOf("out"), _outside);
        _space.Declare = pipeline => pipeline.Add(_space.Stage("a", "in.txt"));
        (await _space.RunAsync()).ShouldBe(1);
        _space.Printed.ShouldContain($"""
            An output lies outside the workspace, behind a link:
              output    out/a.txt
              link      out
              leads to  {_outside}
            """);
        _space.Ran.ShouldBeEmpty();
        Directory.EnumerateFileSystemEntries(_outside).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_stored_output_is_not_restored_through_a_link_out_of_the_workspace()
    {
        _space.Declare = pipeline => pipeline.Add(_space.Stage("a", "in.txt"));
        await _space.SucceedAsync();
        Directory.Delete(_space.PathOf("out"), recursive: true);
        File.CreateSymbolicLink(_space.PathOf("out"), _outside);
        (await _space.RunAsync()).ShouldBe(1);
        _space.Printed.ShouldContain("behind a link");
        Directory.EnumerateFileSystemEntries(_outside).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_link_within_the_workspace_is_as_good_as_a_folder()
    {
        Directory.CreateDirectory(_space.PathOf("real/deep"));
        File.CreateSymbolicLink(_space.PathOf("out"), "real/deep");
        _space.Declare = pipeline => pipeline.Add(_space.Stage("a", "in.txt"));
        await _space.SucceedAsync();
        _space.Read("real/deep/a.txt").ShouldBe("a(x)");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_link_in_an_outputs_place_is_replaced_and_what_it_leads_to_is_left_alone(bool isDangling)
    {
        var target = Path.Combine(_outside, "theirs");
        if (!isDangling) File.WriteAllText(target, "theirs");
        Directory.CreateDirectory(_space.PathOf("out"));
        File.CreateSymbolicLink(_space.PathOf("out/text.txt"), target);
        File.CreateSymbolicLink(_space.PathOf("out/parts"), isDangling ? target : _outside);
        _space.Declare = pipeline => pipeline.Add(new FolderStage("parts", pipeline.Add(_space.Stage("text", "in.txt")).Text, _space));
        await _space.SucceedAsync();
        _space.Read("out/text.txt").ShouldBe("text(x)");
        _space.Read("out/parts/first.txt").ShouldBe("first of text(x)");
        new FileInfo(_space.PathOf("out/text.txt")).LinkTarget.ShouldBeNull();
        Directory.EnumerateFileSystemEntries(_outside).Count().ShouldBe(isDangling ? 0 : 1);
        if (!isDangling) File.ReadAllText(target).ShouldBe("theirs");
    }

    [Theory]
    [InlineData("with space")]
    [InlineData("with\nnewline")]
    [InlineData("with \"quotes\", 'apostrophes', \\ and : #")]
    [InlineData("Ünïcödé ✓")]
    [InlineData("-rf")]
    public async Task An_output_may_have_any_name(string name)
    {
        _space.Write("in/" + name, "x");
        _space.Declare = pipeline => pipeline.Add(_space.Stage("after", pipeline.Add(new TextStage("a", ["in/" + name], _space) { Text = new($"out/{name}/{name}") })));
        await _space.SucceedAsync();
        await _space.SucceedAsync();
        _space.Ran.ShouldBeEmpty();
        File.Delete(_space.PathOf($"out/{name}/{name}"));
        await _space.SucceedAsync();
        _space.Ran.ShouldBeEmpty();
        _space.Read($"out/{name}/{name}").ShouldBe("a(x)");
        _space.Read("out/after.txt").ShouldBe("after(a(x))");
    }

    [Fact]
    public async Task An_output_may_have_a_name_of_255_bytes_and_stand_deep_down()
    {
        var name = new string('n', 251) + ".txt";
        var deep = string.Join('/', Enumerable.Repeat(new string('d', 200), 15));
        _space.Declare = pipeline =>
        {
            var a = pipeline.Add(new TextStage("a", ["in.txt"], _space) { Text = new("out/" + name) });
            pipeline.Add(new TextStage("b", [a], _space) { Text = new($"{deep}/b.txt") });
        };
        await _space.SucceedAsync();
        File.Delete(_space.PathOf("out/" + name));
        await _space.SucceedAsync();
        _space.Ran.ShouldBeEmpty();
        _space.Read("out/" + name).ShouldBe("a(x)");
        _space.Read($"{deep}/b.txt").ShouldBe("b(a(x))");
    }

    [Theory]
    [InlineData(256, 1)]
    [InlineData(200, 30)]
    public async Task A_name_too_long_for_the_file_system_fails_its_stage_calmly(int length, int depth)
    {
        _space.Declare = pipeline =>
        {
            pipeline.Add(new TextStage("long", ["in.txt"], _space) { Text = new("out/" + string.Join('/', Enumerable.Repeat(new string('n', length), depth))) });
            pipeline.Add(_space.Stage("other", "in.txt"));
        };
        (await _space.RunAsync("--keep-going")).ShouldBe(1);
        _space.Printed.ShouldContain("A file could not be read or written:");
        _space.Read("out/other.txt").ShouldBe("other(x)");
    }

    [Fact]
    public async Task A_file_where_an_outputs_folder_belongs_is_told_of_and_left_alone()
    {
        _space.Write("out", "a file of mine");
        _space.Declare = pipeline => pipeline.Add(_space.Stage("a", "in.txt"));
        (await _space.RunAsync()).ShouldBe(1);
        _space.Printed.ShouldContain("A file could not be read or written:");
        _space.Read("out").ShouldBe("a file of mine");
    }

    [Fact]
    public async Task Of_a_thousand_partitions_the_one_that_fails_is_the_one_that_runs_again()
    {
        _space.Declare = pipeline =>
        {
            var parts = pipeline.AddPartitions(Enumerable.Range(0, 1000), key => new Part(key, _space) { Fails = _space.Has("broken") });
            pipeline.Add(new Gather(parts, _space));
        };
        _space.Write("broken", "");
        (await _space.RunAsync("--keep-going")).ShouldBe(1);
        _space.Printed.ShouldContain("999 ran, 1 failed, 1 skipped");
        _space.Ran.Count.ShouldBe(1000);

        File.Delete(_space.PathOf("broken"));
        await _space.SucceedAsync();
        _space.Ran.ShouldBe(["part[617]", "gather"]);
        _space.Read("out/all.txt").ShouldBe("499500");
    }

    sealed class Part(int key, PipelineSpace space) : Stage
    {
        [NotFingerprinted]
        readonly PipelineSpace _space = space;

        [NotFingerprinted]
        public bool Fails { get; init; }

        public override string Name => "part";

        public Output<PlainFile> Number { get; } = new($"out/parts/{key}.txt");

        protected internal override Task RunAsync(StageRun run)
        {
            _space.NoteRan(this);
            if (Fails && key == 617) throw new InvalidOperationException("broken on purpose");
            run.Open(Number).WriteText(key.ToString());
            return Task.CompletedTask;
        }
    }

    sealed class Gather(Partitions<Part> parts, PipelineSpace space) : Stage
    {
        [NotFingerprinted]
        readonly PipelineSpace _space = space;

        public override string Name => "gather";

        public Inputs<PlainFile> Numbers { get; } = new(parts.Select(part => part.Number));

        public Output<PlainFile> Sum { get; } = new("out/all.txt");

        protected internal override Task RunAsync(StageRun run)
        {
            _space.NoteRan(this);
            run.Open(Sum).WriteText(run.Open(Numbers).Sum(number => int.Parse(number.ReadText())).ToString());
            return Task.CompletedTask;
        }
    }
}
