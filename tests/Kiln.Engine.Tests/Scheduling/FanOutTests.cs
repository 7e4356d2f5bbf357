using System.Collections.Immutable;

namespace Kiln.Tests;

/// <summary>Stages that are known only when another stage has listed them.</summary>
public sealed class FanOutTests : IDisposable
{
    readonly PipelineSpace _space = new();
    string _listed = """["a", "b"]""";

    public FanOutTests()
    {
        _space.Write("in.txt", "x");
        _space.Declare = Declare;
    }

    public void Dispose() => _space.Dispose();

    [Fact]
    public async Task What_is_listed_runs_in_the_same_run_and_nothing_runs_twice()
    {
        await _space.SucceedAsync();
        _space.Ran.ShouldBe(["early", "List", "Part[a]", "Part[b]", "Total", "task"], ignoreOrder: true);
        _space.Read("out/Total.txt").ShouldBe("Total(Part[a](x),Part[b](x))");
        ClosingRows.Of(_space.Printed, "List").ShouldBe(["List ran first run"]);
        ClosingRows.Of(_space.Printed, "Part").ShouldBe(["Part ran 2/2 first run"]);
        await _space.SucceedAsync("runs");
        _space.Printed.Split('\n').Count(line => line.Contains("done", StringComparison.Ordinal)).ShouldBe(1);
        await _space.SucceedAsync();
        _space.Ran.ShouldBe(["task"]);
    }

    [Fact]
    public async Task A_key_more_runs_one_stage_and_a_key_less_drops_one()
    {
        await _space.SucceedAsync();
        List("""["a", "b", "c"]""");
        await _space.SucceedAsync();
        _space.Ran.ShouldBe(["List", "Part[c]", "Total", "task"], ignoreOrder: true);
        _space.Read("out/Total.txt").ShouldBe("Total(Part[a](x),Part[b](x),Part[c](x))");
        List("""["c"]""");
        await _space.SucceedAsync();
        _space.Ran.ShouldBe(["List", "Total", "task"], ignoreOrder: true);
        _space.Read("out/Total.txt").ShouldBe("Total(Part[c](x))");
        ClosingRows.Of(_space.Printed, "Part").ShouldBe(["Part up to date 1/1 nothing changed"]);
    }

    [Fact]
    public async Task A_list_changed_by_hand_makes_no_stage_from_it()
    {
        await _space.SucceedAsync();
        _space.Write("out/List.json", """["forged"]""");
        await _space.SucceedAsync();
        _space.Ran.ShouldBe(["task"]);
        _space.Has("out/Part-forged.txt").ShouldBeFalse();
    }

    [Theory]
    [InlineData("""["a", "a"]""", "the key \"a\" stands there twice")]
    [InlineData("""["../a"]""", "the key \"../a\" would lead to another folder")]
    [InlineData("""{"a": 1}""", "A stage lists keys that cannot be used:")]
    [InlineData("[", "A stage lists keys that cannot be used:")]
    public async Task A_list_that_lists_no_keys_is_an_error_and_can_be_mended(string listed, string told)
    {
        _listed = listed;
        (await _space.RunAsync()).ShouldBe(1);
        _space.Printed.ShouldContain(told);
        ClosingRows.Of(_space.Printed, "List").ShouldBe(["List failed A stage lists keys that cannot be used"]);
        ClosingRows.Of(_space.Printed, "Total").ShouldBe(["Total skipped List, which lists what comes next, failed"]);
        List("""["a"]""");
        await _space.SucceedAsync();
        _space.Read("out/Total.txt").ShouldBe("Total(Part[a](x))");
    }

    [Fact]
    public async Task A_list_that_cannot_be_made_holds_up_what_comes_after_it_and_nothing_else()
    {
        _listed = "";
        (await _space.RunAsync("--keep-going")).ShouldBe(1);
        _space.Ran.ShouldBe(["early", "List"], ignoreOrder: true);
        ClosingRows.Of(_space.Printed, "Total").ShouldBe(["Total skipped List, which lists what comes next, failed"]);
        ClosingRows.Of(_space.Printed, "task").ShouldBe(["task skipped Total was not made"]);
    }

    [Fact]
    public async Task Lists_may_follow_from_lists()
    {
        _space.Declare = pipeline =>
        {
            ImmutableArray<string> keys = ["first"];
            for (var depth = 0; depth < 4 && !keys.IsEmpty; depth++)
            {
                var level = depth;
                var lister = pipeline.Add(new Lister($"List{level}", "in.txt", () => $"[{string.Join(',', Enumerable.Range(0, level + 1).Select(i => $"\"{level}.{i}\""))}]", _space));
                keys = pipeline.Keys(lister.Listing);
                foreach (var key in keys) pipeline.Add(_space.Stage(key, "in.txt"));
            }
        };
        await _space.SucceedAsync();
        _space.Ran.Count.ShouldBe(4 + 1 + 2 + 3 + 4);
        _space.Ran.ShouldBeUnique();
    }

    [Fact]
    public async Task Status_says_that_there_may_be_more()
    {
        (await _space.RunAsync("status")).ShouldBe(5);
        _space.Printed.ShouldContain("List may list more, or other, stages when it has run.");
        await _space.SucceedAsync();
        await _space.RunAsync("status");
        _space.Printed.ShouldNotContain("may list more");
    }

    [Fact]
    public async Task Files_that_are_listed_may_be_gone()
    {
        _space.Write("raw/a", "1");
        _space.Write("raw/b", "2");
        _space.Declare = pipeline =>
        {
            var lister = pipeline.Add(new Lister("List", "names.txt", () => _space.Read("names.txt"), _space));
            var parts = pipeline.AddPartitions(pipeline.Keys(lister.Listing), key => new Part(key, $"raw/{key}", _space));
            pipeline.Add(new TextStage("Total", [.. parts.Select(part => part.Text)], _space));
        };
        _space.Write("names.txt", """["a", "b"]""");
        await _space.SucceedAsync();
        File.Delete(_space.PathOf("raw/a"));
        _space.Write("names.txt", """["b"]""");
        await _space.SucceedAsync();
        _space.Ran.ShouldBe(["List", "Total"]);
        _space.Read("out/Total.txt").ShouldBe("Total(Part[b](2))");
    }

    [Theory]
    [InlineData("Part[b]")]
    [InlineData("Part[a]", "Part[b]")]
    [InlineData("Part[b]", "early")]
    public async Task A_target_that_is_yet_to_be_listed_is_made_in_the_same_run(params string[] targets)
    {
        await _space.SucceedAsync([.. targets.SelectMany(target => new[] { "-t", target })]);
        _space.Ran.ShouldBe(["List", .. targets], ignoreOrder: true);
        List("""["c"]""");
        await _space.SucceedAsync("-t", "Part[c]");
        _space.Ran.ShouldBe(["List", "Part[c]"]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_target_that_no_list_names_is_unknown_once_lists_are_settled(bool isListed)
    {
        if (isListed) await _space.SucceedAsync();
        (await _space.RunAsync("-t", "early", "-t", "Part[q]")).ShouldBe(2);
        _space.Ran.ShouldBe(isListed ? [] : ["List"]);
        _space.Printed.ShouldContain("There is no such partition:\n  target     Part[q]\n  pipeline   test\n  there are  2, from a to b\nDid you mean a or b?");
        await _space.SucceedAsync("runs");
        if (!isListed) _space.Printed.ShouldContain("failed (2)");
        _space.Printed.ShouldNotContain("unfinished");
    }

    [Fact]
    public async Task A_target_behind_a_list_that_lists_no_keys_is_made_once_the_list_is_mended()
    {
        _listed = """["../a"]""";
        (await _space.RunAsync("-t", "Part[a]")).ShouldBe(1);
        _space.Printed.ShouldContain("A stage lists keys that cannot be used:");
        List("""["a"]""");
        await _space.SucceedAsync("-t", "Part[a]");
        _space.Ran.ShouldBe(["List", "Part[a]"]);
    }

    [Theory]
    [InlineData("why", "Part[a]")]
    [InlineData("status", "-t", "Part[a]")]
    [InlineData("graph", "-t", "Part[a]")]
    [InlineData("--tree", "-t", "Part[a]")]
    [InlineData("-t", "Part[a]", "--exclusive")]
    public async Task A_question_about_what_is_yet_to_be_listed_says_who_lists_it(params string[] question)
    {
        (await _space.RunAsync(question)).ShouldBe(2);
        _space.Ran.ShouldBeEmpty();
        _space.Printed.ShouldBe("""
            There is no such target yet:
              target            Part[a]
              pipeline          test
              may be listed by  List
            What List lists is known when it has run; `./build.sh --target 'Part[a]'` runs it first.

            """);
    }

    [Fact]
    public async Task A_target_of_another_pipeline_is_not_looked_for_in_lists()
    {
        _space.Others.Add(new PipelineDefinition("tasks", pipeline => pipeline.Add(new TaskStage("Wipe", _space))) { Folder = null });
        await _space.SucceedAsync("-t", "Wipe");
        (await _space.RunAsync("-t", "Wipe", "-t", "early")).ShouldBe(2);
        _space.Printed.ShouldContain("The targets belong to different pipelines:");
        _space.Ran.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_hundred_lists_in_one_run_are_the_most()
    {
        var made = 0;
        _space.Declare = pipeline =>
        {
            for (var depth = 0; depth <= made; depth++)
            {
                var lister = pipeline.Add(new Lister($"List{depth}", "in.txt", () => $"[\"{made = depth + 1}\"]", _space));
                if (pipeline.Keys(lister.Listing).IsEmpty) return;
            }
        };
        (await _space.RunAsync("-v", "quiet")).ShouldBe(2);
        _space.Ran.Count.ShouldBe(100);
        _space.Printed.ShouldContain("Stages list further stages without an end:");
    }

    void List(string listed)
    {
        _listed = listed;
        _space.Write("names.txt", listed);
    }

    void Declare(PipelineBuilder pipeline)
    {
        _space.Write("names.txt", _listed);
        pipeline.Add(_space.Stage("early", "in.txt"));
        var lister = pipeline.Add(new Lister("List", "names.txt", () => _listed, _space));
        var parts = pipeline.AddPartitions(pipeline.Keys(lister.Listing), key => new Part(key, "in.txt", _space));
        var total = pipeline.Add(new TextStage("Total", [.. parts.Select(part => part.Text)], _space));
        pipeline.Add(new TaskStage("task", _space, total));
    }

    sealed class Lister(string name, string source, Func<string> listed, PipelineSpace space) : Stage
    {
        [NotFingerprinted]
        readonly Func<string> _listed = listed;

        [NotFingerprinted]
        readonly PipelineSpace _space = space;

        public override string Name => name;

        public Input<PlainFile> Source { get; } = Input<PlainFile>.Source(source);

        public Output<Json<ImmutableArray<string>>> Listing { get; } = new($"out/{name}.json");

        protected internal override Task RunAsync(StageRun run)
        {
            _space.NoteRan(this);
            if (_listed().Length == 0) throw new InvalidOperationException("nothing to list");
            File.WriteAllText(run.Open(Listing).Path, _listed());
            return Task.CompletedTask;
        }
    }

    sealed class Part(string key, string source, PipelineSpace space) : Stage
    {
        [NotFingerprinted]
        readonly PipelineSpace _space = space;

        public Input<PlainFile> Source { get; } = Input<PlainFile>.Source(source);

        public Output<PlainFile> Text { get; } = new($"out/Part-{key}.txt");

        protected internal override Task RunAsync(StageRun run)
        {
            _space.NoteRan(this);
            run.Open(Text).WriteText($"{FullName}({run.Open(Source).ReadText()})");
            return Task.CompletedTask;
        }
    }
}
