namespace Kiln.Tests;

/// <summary><c>verify --rebuild</c>: stages run again beside their stored results.</summary>
public sealed class RebuildTests : IDisposable
{
    readonly PipelineSpace _space = new();

    /// <summary>What no fingerprint knows of, and a body may read: it makes a stage differ from its stored result.</summary>
    string _hidden = "";

    public RebuildTests() => _space.Write("in.txt", "x");

    public void Dispose() => _space.Dispose();

    [Fact]
    public async Task Stages_that_make_the_same_bytes_end_with_0_and_nothing_is_touched()
    {
        _space.Declare = pipeline =>
        {
            var clean = pipeline.Add(_space.Stage("clean", "in.txt"));
            pipeline.Add(new FolderStage("parts", clean.Text, _space));
            pipeline.Add(new TaskStage("greet", _space));
        };
        await _space.SucceedAsync();
        var before = Snapshot();
        await _space.SucceedAsync("verify", "--rebuild");
        _space.Ran.ShouldBe(["clean", "parts"]);
        _space.Printed.ShouldContain("clean  the same");
        Snapshot().ShouldBe(before);
    }

    [Fact]
    public async Task The_first_output_that_differs_is_named_with_its_byte_and_the_workspace_keeps_what_it_had()
    {
        _space.Declare = pipeline => pipeline.Add(_space.Stage("after", pipeline.Add(Hidden("clean"))));
        await _space.SucceedAsync();
        var before = Snapshot();
        _hidden = "other";
        (await _space.RunAsync("verify", "--rebuild")).ShouldBe(1);
        _space.Printed.ShouldContain("clean  differs   out/clean.txt: byte 6\n");
        _space.Printed.ShouldContain("The first that differs: out/clean.txt of clean.");
        _space.Printed.ShouldContain("after  the same");
        Snapshot().ShouldBe(before);
        (await _space.RunAsync("verify", "--rebuild", "-t", "after")).ShouldBe(1);
    }

    [Fact]
    public async Task A_file_in_a_folder_that_differs_is_named()
    {
        _space.Declare = pipeline => pipeline.Add(new FolderStage("parts", Input<PlainFile>.Source("in.txt"), _space)
        {
            Further = folder => File.WriteAllText(Path.Combine(folder, "deep/third.txt"), "12345" + _hidden),
        });
        await _space.SucceedAsync();
        _hidden = "6";
        (await _space.RunAsync("verify", "--rebuild")).ShouldBe(1);
        _space.Printed.ShouldContain("out/parts: deep/third.txt, byte 5\n");
    }

    [Fact]
    public async Task An_artifact_kind_says_in_its_own_words_where_it_differs()
    {
        _space.Declare = pipeline => pipeline.Add(new WritesWords(() => "one two " + _hidden));
        await _space.SucceedAsync();
        _hidden = "three";
        (await _space.RunAsync("verify", "--rebuild")).ShouldBe(1);
        _space.Printed.ShouldContain("out/words.txt: word 3 (byte 8)\n");
    }

    [Fact]
    public async Task A_stage_that_says_it_is_not_deterministic_is_exempt_and_shown_and_so_are_outputs_that_vary()
    {
        _space.Declare = pipeline =>
        {
            pipeline.Add(new Dice());
            pipeline.Add(new TextStage("page", ["in.txt"], _space) { Text = new("out/page.html") { VariesByRun = true }, Body = Hidden("page").Body });
            pipeline.Add(new CommandStage("command") { Command = ["sh", "-c", "head -c 8 /dev/urandom > out/c"], Writes = [new Output<PlainFile>("out/c")], IsNonDeterministic = true });
        };
        await _space.SucceedAsync();
        _space.Printed.ShouldContain("first run; not deterministic");
        _hidden = "other";
        (await _space.RunAsync("verify", "--rebuild")).ShouldBe(0, _space.Printed);
        _space.Printed.ShouldContain("Dice     exempt    marked [NonDeterministic]\n");
        _space.Printed.ShouldContain("command  exempt    marked [NonDeterministic]\n");
        _space.Printed.ShouldContain("page     the same  not compared, for they vary by run: out/page.html\n");
    }

    [Fact]
    public async Task What_is_out_of_date_cannot_be_compared_and_ends_with_5()
    {
        _space.Declare = pipeline => pipeline.Add(_space.Stage("after", pipeline.Add(_space.Stage("clean", "in.txt"))));
        await _space.SucceedAsync();
        _space.Write("in.txt", "y");
        (await _space.RunAsync("verify", "--rebuild")).ShouldBe(5);
        _space.Ran.ShouldBeEmpty();
        _space.Printed.ShouldContain("clean  out of date  would run: input Sources in.txt changed\n");
    }

    [Fact]
    public async Task A_stage_that_fails_when_run_again_ends_with_1()
    {
        _space.Declare = pipeline => pipeline.Add(new TextStage("clean", ["in.txt"], _space)
        {
            Body = (run, stage) =>
            {
                if (_hidden.Length > 0) throw new InvalidOperationException("no service");
                stage.WriteText(run);
                return Task.CompletedTask;
            },
        });
        await _space.SucceedAsync();
        _hidden = "down";
        (await _space.RunAsync("verify", "--rebuild")).ShouldBe(1);
        _space.Printed.ShouldContain("no service");
    }

    [Fact]
    public async Task A_stage_that_gives_up_waiting_failed_and_was_not_interrupted()
    {
        _space.Declare = pipeline => pipeline.Add(new TextStage("clean", ["in.txt"], _space)
        {
            Body = (run, stage) =>
            {
                if (_hidden.Length > 0) throw new TaskCanceledException("no answer");
                stage.WriteText(run);
                return Task.CompletedTask;
            },
        });
        await _space.SucceedAsync();
        _hidden = "down";
        (await _space.RunAsync("verify", "--rebuild")).ShouldBe(1, _space.Printed);
        _space.Printed.ShouldContain("no answer");
    }

    /// <summary>A stage whose text ends with what no fingerprint knows of.</summary>
    TextStage Hidden(string name) => new(name, ["in.txt"], _space)
    {
        Body = (run, stage) =>
        {
            run.Open(stage.Text).WriteText(name + " " + _hidden);
            return Task.CompletedTask;
        },
    };

    string Snapshot() => string.Join('\n', _space.Files().Select(file => $"{file} {File.GetLastWriteTimeUtc(_space.PathOf(file)):O} {new FileInfo(_space.PathOf(file)).Length}"));

    /// <summary>A kind of file that tells which word differs.</summary>
    sealed record Words(string Path) : IArtifact<Words>
    {
        public static Words At(string path) => new(path);

        public static string? FirstDifference(Words one, Words other)
        {
            var (ours, theirs) = (File.ReadAllText(one.Path).Split(' '), File.ReadAllText(other.Path).Split(' '));
            return $"word {ours.Zip(theirs).TakeWhile(pair => pair.First == pair.Second).Count() + 1}";
        }
    }

    sealed class WritesWords(Func<string> words) : Stage
    {
        [NotFingerprinted]
        readonly Func<string> _words = words;

        public Output<Words> List { get; } = new("out/words.txt");

        protected internal override Task RunAsync(StageRun run) => File.WriteAllTextAsync(run.Open(List).Path, _words());
    }

    [NonDeterministic]
    sealed class Dice : Stage
    {
        public Output<PlainFile> Throw { get; } = new("out/dice.txt");

        protected internal override Task RunAsync(StageRun run) => File.WriteAllTextAsync(run.Open(Throw).Path, Guid.NewGuid().ToString());
    }
}
