using System.Text.Json;

namespace Kiln.Tests;

/// <summary>What <c>status</c> says of a workspace, and that saying it changes nothing.</summary>
public sealed class StatusTests : IDisposable
{
    readonly PipelineSpace _space = new();

    public StatusTests()
    {
        _space.Write("in.txt", "x");
        _space.Declare = pipeline =>
        {
            var clean = pipeline.Add(_space.Stage("clean", "in.txt"));
            pipeline.Add(_space.Stage("join", pipeline.Add(_space.Stage("left", clean)), clean));
            pipeline.Add(new TaskStage("greet", _space));
        };
    }

    public void Dispose() => _space.Dispose();

    [Fact]
    public async Task What_is_up_to_date_ends_with_0_and_one_line_even_with_a_task()
    {
        await _space.SucceedAsync();
        (await _space.RunAsync("status", "-t", "join")).ShouldBe(0);
        _space.Printed.ShouldBe("3 up to date\n");
        (await _space.RunAsync("status")).ShouldBe(0);
    }

    [Fact]
    public async Task What_is_stale_ends_with_5_says_why_and_changes_nothing_on_disk()
    {
        await _space.SucceedAsync();
        _space.Write("in.txt", "y");
        var before = Snapshot();
        (await _space.RunAsync("status")).ShouldBe(5);
        _space.Ran.ShouldBeEmpty();
        _space.Printed.ShouldContain("input Sources in.txt changed");
        _space.Printed.ShouldContain("clean comes first; unless that makes the same bytes");
        Snapshot().ShouldBe(before);
    }

    [Fact]
    public async Task An_empty_workspace_is_told_without_being_written_to()
    {
        (await _space.RunAsync("status")).ShouldBe(5);
        _space.Printed.ShouldContain("4 to run");
        _space.Printed.ShouldContain("first run");
        Directory.Exists(_space.PathOf(".kiln/objects")).ShouldBeFalse();
        File.Exists(_space.PathOf(".kiln/state")).ShouldBeFalse();
    }

    [Fact]
    public async Task Behind_a_stage_that_would_be_restored_the_rest_is_foretold_from_the_store()
    {
        await _space.SucceedAsync();
        _space.Write("in.txt", "y");
        await _space.SucceedAsync();
        _space.Write("in.txt", "x");
        (await _space.RunAsync("status", "-t", "join", "--json")).ShouldBe(5);
        Foretold().ShouldBe(["clean be restored the store", "left be restored the store", "join be restored the store"]);
    }

    [Fact]
    public async Task A_result_whose_bytes_left_the_store_would_run()
    {
        await _space.SucceedAsync();
        Directory.Delete(_space.PathOf(".kiln/objects"), recursive: true);
        File.Delete(_space.PathOf("out/clean.txt"));
        await _space.RunAsync("status", "-t", "clean", "--json");
        Foretold().ShouldBe(["clean run"]);
        _space.Printed.ShouldContain("not in the store");
    }

    [Fact]
    public async Task A_missing_source_is_an_error_that_names_it()
    {
        await _space.SucceedAsync();
        File.Delete(_space.PathOf("in.txt"));
        (await _space.RunAsync("status", "-t", "join")).ShouldBe(2);
        _space.Printed.ShouldContain("in.txt");
    }

    IEnumerable<string> Foretold()
    {
        using var answer = JsonDocument.Parse(_space.Printed);
        return [.. answer.RootElement.GetProperty("stages").EnumerateArray().Select(stage =>
            $"{stage.GetProperty("stage")} {stage.GetProperty("would")}{(stage.TryGetProperty("from", out var from) ? " " + from : "")}")];
    }

    string Snapshot() => string.Join('\n', _space.Files().Select(file => $"{file} {File.GetLastWriteTimeUtc(_space.PathOf(file)):O} {new FileInfo(_space.PathOf(file)).Length}"));
}
