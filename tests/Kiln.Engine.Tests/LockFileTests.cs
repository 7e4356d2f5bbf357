using System.Text.RegularExpressions;
using Kiln.Fingerprinting;
using Kiln.Recording;

namespace Kiln.Tests;

/// <summary>pipeline.lock: what git keeps of a pipeline's results.</summary>
public sealed class LockFileTests : IDisposable
{
    const string Lock = "pipelines/test/pipeline.lock";
    readonly PipelineSpace _space = new();

    public LockFileTests()
    {
        _space.Write("in.txt", "x");
        _space.Declare = pipeline =>
        {
            var zebra = pipeline.Add(new TextStage("zebra", ["in.txt"], _space)
            {
                Word = "!",
                Body = (run, stage) =>
                {
                    run.Metric("rows", 3);
                    run.Metric("area", 0.875);
                    stage.WriteText(run);
                    return Task.CompletedTask;
                },
            });
            var days = pipeline.AddPartitions(["b", "a"], key => new TextStage("day", [zebra], _space) { Text = new($"out/day-{key}.txt") });
            pipeline.Add(_space.Stage("apple", [.. days]));
        };
    }

    public void Dispose() => _space.Dispose();

    [Fact]
    public async Task A_block_a_stage_sorted_with_settings_inputs_outputs_and_metrics()
    {
        await _space.SucceedAsync();
        Regex.Replace(Regex.Replace(_space.Read(Lock), "  code .*\n", ""), @"(?<=  \[.\]  )\S{64}", "ORIGIN").ShouldBe($"""
            # What each stage was last made from, and what it made. Written by Kiln; commit it, and after a merge run the pipeline.

            apple
              setting  name = "apple"
              setting  word = ""
              input    out/day-a.txt  {Hash("day(zebra!(x))")}
              input    out/day-b.txt  {Hash("day(zebra!(x))")}
              output   out/apple.txt  {Hash("apple(day(zebra!(x)),day(zebra!(x)))")}

            day
              setting  name = "day"
              setting  word = ""
              [a]  ORIGIN {Hash("day(zebra!(x))")}
              [b]  ORIGIN {Hash("day(zebra!(x))")}

            zebra
              setting  name = "zebra"
              setting  word = "!"
              input    in.txt  {Hash("x")}
              output   out/zebra.txt  {Hash("zebra!(x)")}
              metric   area = 0.875
              metric   rows = 3

            """);
    }

    [Fact]
    public async Task It_is_not_written_when_nothing_changed()
    {
        await _space.SucceedAsync();
        File.SetLastWriteTimeUtc(_space.PathOf(Lock), DateTime.UnixEpoch);
        await _space.SucceedAsync();
        await _space.SucceedAsync("--force", "--target", "apple");
        File.GetLastWriteTimeUtc(_space.PathOf(Lock)).ShouldBe(DateTime.UnixEpoch);
    }

    [Fact]
    public async Task It_is_the_same_whatever_the_parallelism_and_the_history()
    {
        await _space.SucceedAsync("--jobs", "1");
        var first = _space.Read(Lock);
        _space.Write("in.txt", "y");
        await _space.SucceedAsync();
        _space.Read(Lock).ShouldNotBe(first);
        _space.Write("in.txt", "x");
        await _space.SucceedAsync("--jobs", "4");
        _space.Read(Lock).ShouldBe(first);
    }

    [Fact]
    public async Task A_run_of_one_target_keeps_the_blocks_of_the_others()
    {
        await _space.SucceedAsync();
        var lines = _space.Read(Lock).Split('\n').Length;
        _space.Write("in.txt", "y");
        await _space.SucceedAsync("--target", "zebra");
        _space.Read(Lock).Split('\n').Length.ShouldBe(lines);
        _space.Read(Lock).ShouldContain(Hash("zebra!(y)"));
    }

    [Fact]
    public async Task A_deleted_lock_file_is_written_again()
    {
        await _space.SucceedAsync();
        var first = _space.Read(Lock);
        File.Delete(_space.PathOf(Lock));
        await _space.SucceedAsync();
        _space.Read(Lock).ShouldBe(first);
    }

    [Fact]
    public async Task An_output_that_varies_by_run_is_named_without_its_hash()
    {
        _space.Declare = pipeline => pipeline.Add(new TextStage("page", ["in.txt"], _space) { Text = new("out/page.html") { VariesByRun = true } });
        await _space.SucceedAsync();
        _space.Read(Lock).ShouldContain("  output   out/page.html  (varies by run)\n");
    }

    [Fact]
    public async Task A_stage_never_made_here_keeps_its_block_as_in_a_fresh_clone()
    {
        await _space.SucceedAsync();
        var first = _space.Read(Lock);
        Directory.Delete(_space.PathOf(".kiln"), recursive: true);
        Directory.Delete(_space.PathOf("out"), recursive: true);
        await _space.SucceedAsync("--target", "zebra");
        _space.Read(Lock).ShouldBe(first);
    }

    [Fact]
    public async Task Partitions_never_made_here_keep_their_lines_beside_those_that_were()
    {
        await _space.SucceedAsync();
        var first = _space.Read(Lock);
        Directory.Delete(_space.PathOf(".kiln"), recursive: true);
        Directory.Delete(_space.PathOf("out"), recursive: true);
        await _space.SucceedAsync("--target", "day[a]");
        _space.Read(Lock).ShouldBe(first);
    }

    [Theory]
    [InlineData("<<<<<<< HEAD\n=======\n>>>>>>> other\n")]
    [InlineData("")]
    public async Task A_lock_file_that_is_not_as_it_was_left_is_written_again_by_a_run_with_nothing_to_do(string text)
    {
        await _space.SucceedAsync();
        var first = _space.Read(Lock);
        _space.Write(Lock, text);
        await _space.SucceedAsync();
        _space.Ran.ShouldBeEmpty();
        _space.Read(Lock).ShouldBe(first);
    }

    [Fact]
    public async Task The_block_of_a_stage_that_is_no_more_goes_with_a_run_that_has_nothing_to_do()
    {
        await _space.SucceedAsync();
        var declare = _space.Declare;
        _space.Declare = pipeline => pipeline.Add(new TextStage("zebra", ["in.txt"], _space) { Word = "!" });
        await _space.SucceedAsync();
        _space.Ran.ShouldBeEmpty();
        _space.Read(Lock).ShouldNotContain("apple");
        _space.Declare = declare;
    }

    [Fact]
    public async Task Many_inputs_of_one_role_are_one_line()
    {
        for (var i = 0; i < 20; i++) _space.Write($"many/{i}.txt", i.ToString());
        _space.Declare = pipeline => pipeline.Add(_space.Stage("all", [.. Enumerable.Range(0, 20).Select(i => $"many/{i}.txt")]));
        await _space.SucceedAsync();
        _space.Read(Lock).ShouldContain("  inputs   Sources: 20 files  ");
        var before = _space.Read(Lock);
        _space.Write("many/7.txt", "changed");
        await _space.SucceedAsync();
        _space.Read(Lock).Split('\n').Count(line => !before.Contains(line)).ShouldBe(2);
    }

    [Fact]
    public async Task Names_with_spaces_brackets_and_line_ends_read_back_as_they_were()
    {
        string[] names = ["a  b = c", "d\ne", "f]  g", "back\\slash", "'quoted'"];
        foreach (var name in names) _space.Write($"in/{name}.txt", name);
        _space.Declare = pipeline =>
        {
            foreach (var name in names) pipeline.Add(new TextStage(name, [$"in/{name}.txt"], _space) { Text = new($"out/{name}.txt"), Word = name });
            pipeline.AddPartitions(names, key => new TextStage("part", [$"in/{key}.txt"], _space) { Text = new($"out/part/{key}.txt") });
        };
        await _space.SucceedAsync();
        var text = _space.Read(Lock);
        var locked = LockedPipeline.Parse(text, Lock);
        locked.ToString().ShouldBe(text);
        locked.Stages.Keys.ShouldBe([.. names, "part"], ignoreOrder: true);
        locked.Stages["part"].Of(LockedKind.Partition).Select(fact => fact.Label).ShouldBe(names, ignoreOrder: true);
        foreach (var name in names) locked.Stages[name].Find(LockedKind.Input, $"in/{name}.txt").ShouldBe(Hash(name));
        (await _space.RunAsync("verify")).ShouldBe(0, _space.Printed);
    }

    [Fact]
    public async Task No_damage_to_the_file_is_read_as_anything_but_an_error_or_what_it_says()
    {
        await _space.SucceedAsync();
        var text = _space.Read(Lock);
        var random = new Random(1);
        for (var trial = 0; trial < 500; trial++)
        {
            var characters = text.ToCharArray();
            for (var edits = random.Next(1, 4); edits > 0; edits--) characters[random.Next(characters.Length)] = "\n [=]\\<#x"[random.Next(9)];
            var damaged = new string(characters);
            try
            {
                LockedPipeline.Parse(damaged, Lock);
            }
            catch (UsageException error)
            {
                error.Message.ShouldContain("  line ");
            }
        }
    }

    static string Hash(string text) => ContentHash.Of(System.Text.Encoding.UTF8.GetBytes(text)).ToString();
}
