using System.Diagnostics;
using Kiln.Fingerprinting;

namespace Kiln.Tests;

/// <summary>What Kiln keeps for itself, damaged: it is noticed, and the outputs are right all the same.</summary>
public sealed class StoreTests : IDisposable
{
    readonly PipelineSpace _space = new();

    public StoreTests()
    {
        _space.Write("in.txt", "x");
        _space.Declare = pipeline =>
        {
            var text = pipeline.Add(_space.Stage("text", "in.txt"));
            var parts = pipeline.Add(new FolderStage("parts", text.Text, _space));
            pipeline.Add(_space.Stage("last", new Input<PlainFile>("out/parts/first.txt")));
        };
    }

    public static TheoryData<string> Damages => ["flipped", "shortened", "missing"];

    public void Dispose() => _space.Dispose();

    [Theory]
    [MemberData(nameof(Damages))]
    public async Task A_damaged_object_is_noticed_and_the_stage_runs_again(string damage)
    {
        await _space.SucceedAsync();
        Damage(ObjectOf("text(x)"), damage);
        File.Delete(_space.PathOf("out/text.txt"));
        await _space.SucceedAsync();
        _space.Ran.ShouldBe(["text"]);
        _space.Read("out/text.txt").ShouldBe("text(x)");
        _space.Printed.ShouldContain("text: the stored result is damaged; making it again");

        File.Delete(_space.PathOf("out/text.txt"));
        await _space.SucceedAsync();
        _space.Ran.ShouldBeEmpty();
        _space.Read("out/text.txt").ShouldBe("text(x)");
    }

    [Theory]
    [MemberData(nameof(Damages))]
    public async Task A_damaged_file_of_a_folder_is_noticed(string damage)
    {
        await _space.SucceedAsync();
        Damage(ObjectOf("first of text(x)"), damage);
        Directory.Delete(_space.PathOf("out/parts"), recursive: true);
        await _space.SucceedAsync();
        _space.Ran.ShouldBe(["parts"]);
        _space.Read("out/parts/first.txt").ShouldBe("first of text(x)");
    }

    [Theory]
    [MemberData(nameof(Damages))]
    public async Task A_damaged_tree_of_a_folder_is_noticed(string damage)
    {
        await _space.SucceedAsync();
        Damage(_space.Files(".kiln/objects").Single(path => _space.Read(path).StartsWith("kiln tree", StringComparison.Ordinal)), damage);
        Directory.Delete(_space.PathOf("out/parts"), recursive: true);
        await _space.SucceedAsync();
        _space.Ran.ShouldBe(["parts"]);
        _space.Read("out/parts/first.txt").ShouldBe("first of text(x)");
    }

    [Theory]
    [MemberData(nameof(Damages))]
    public async Task A_forced_run_mends_a_damaged_object_and_never_copies_it_out(string damage)
    {
        await _space.SucceedAsync();
        foreach (var path in _space.Files(".kiln/objects")) Damage(path, damage);
        Directory.Delete(_space.PathOf("out"), recursive: true);
        await _space.SucceedAsync("--force");
        _space.Read("out/text.txt").ShouldBe("text(x)");
        _space.Read("out/parts/deep/second.txt").ShouldBe("second of text(x)");
        _space.Read("out/last.txt").ShouldBe("last(first of text(x))");
    }

    [Theory]
    [MemberData(nameof(Damages))]
    public async Task A_damaged_state_costs_time_and_no_run(string damage)
    {
        await _space.SucceedAsync();
        Damage(".kiln/state", damage);
        await _space.SucceedAsync();
        _space.Ran.ShouldBeEmpty();
        _space.Printed.ShouldContain("3 up to date");
    }

    [Theory]
    [MemberData(nameof(Damages))]
    public async Task A_damaged_result_is_as_good_as_none(string damage)
    {
        await _space.SucceedAsync();
        foreach (var path in _space.Files(".kiln/results")) Damage(path, damage);
        Directory.Delete(_space.PathOf("out"), recursive: true);
        await _space.SucceedAsync();
        _space.Ran.Count.ShouldBe(3);
        _space.Read("out/last.txt").ShouldBe("last(first of text(x))");
    }

    [Fact]
    public async Task A_result_that_still_reads_but_says_something_else_is_not_believed()
    {
        await _space.SucceedAsync();
        foreach (var path in _space.Files(".kiln/results"))
            _space.Write(path, _space.Read(path).Replace(Hash("text(x)"), Hash("first of text(x)"), StringComparison.Ordinal));
        File.Delete(_space.PathOf("out/text.txt"));
        await _space.SucceedAsync();
        _space.Read("out/text.txt").ShouldBe("text(x)");
        _space.Ran.ShouldBe(["text"]);
    }

    [Fact]
    public async Task A_tree_that_still_reads_but_names_other_files_is_not_believed()
    {
        await _space.SucceedAsync();
        var tree = _space.Files(".kiln/objects").Single(path => _space.Read(path).StartsWith("kiln tree", StringComparison.Ordinal));
        Replace(tree, "first.txt", "third.txt");
        Directory.Delete(_space.PathOf("out/parts"), recursive: true);
        await _space.SucceedAsync();
        _space.Printed.ShouldContain("parts: the stored result is damaged; making it again");
        _space.Files("out/parts").ShouldBe(["out/parts/deep/second.txt", "out/parts/first.txt"]);
    }

    [Theory]
    [InlineData("the bytes")]
    [InlineData("a name")]
    [InlineData("a file more")]
    public async Task A_folder_with_other_content_is_not_in_place(string what)
    {
        await _space.SucceedAsync();
        if (what == "the bytes") _space.Write("out/parts/deep/second.txt", "second of text(y)");
        else if (what == "a name") File.Move(_space.PathOf("out/parts/deep/second.txt"), _space.PathOf("out/parts/deep/third.txt"));
        else _space.Write("out/parts/deep/third.txt", "");
        await _space.SucceedAsync();
        _space.Printed.ShouldContain("out/parts is not as it was made");
        _space.Files("out/parts").ShouldBe(["out/parts/deep/second.txt", "out/parts/first.txt"]);
        _space.Read("out/parts/deep/second.txt").ShouldBe("second of text(x)");
    }

    [Theory]
    [InlineData("\"seconds\": ", "\"seconds\": 1")]
    [InlineData("\"run\": \"", "\"run\": \"x")]
    public async Task A_result_with_another_byte_anywhere_is_as_good_as_none(string text, string replaced)
    {
        await _space.SucceedAsync();
        var fingerprint = _space.State.Stages["test/text"].Fingerprint;
        var results = Caching.Cache.Of(_space.PathOf(".kiln")).Results;
        results.Find(fingerprint).ShouldNotBeNull();
        Replace($".kiln/results/{fingerprint.ToString()[..2]}/{fingerprint.ToString()[2..]}", text, replaced);
        results.Find(fingerprint).ShouldBeNull();
        results.Of("text").ShouldBeEmpty();
    }

    [Fact]
    public async Task A_result_that_vanishes_while_results_are_looked_through_is_passed_over()
    {
        await _space.SucceedAsync();
        _space.Write("in.txt", "y");
        await _space.SucceedAsync();
        using var results = Caching.Cache.Of(_space.PathOf(".kiln")).Results.Of("text").GetEnumerator();
        results.MoveNext().ShouldBeTrue();
        Directory.Delete(_space.PathOf(".kiln/results"), recursive: true);
        results.MoveNext().ShouldBeFalse();
    }

    [Fact]
    public async Task A_state_that_still_reads_but_has_another_hash_of_a_file_is_not_believed()
    {
        await _space.SucceedAsync();
        var state = File.ReadAllBytes(_space.PathOf(".kiln/state"));
        var hash = new byte[ContentHash.Size];
        ContentHash.Of("text(x)"u8).CopyTo(hash);
        var at = state.AsSpan().IndexOf(hash);
        at.ShouldBeGreaterThan(0);
        state[at] ^= 1;
        File.WriteAllBytes(_space.PathOf(".kiln/state"), state);
        _space.State.Hashes.Of(_space.PathOf("out/text.txt")).ShouldBe(ContentHash.Of("text(x)"u8));
        _space.State.Stages.ShouldBeEmpty();
        await _space.SucceedAsync();
        _space.Printed.ShouldContain("3 up to date");
    }

    [Fact]
    public async Task Without_any_of_Kilns_files_everything_is_made_again()
    {
        await _space.SucceedAsync();
        Directory.Delete(_space.PathOf(".kiln"), recursive: true);
        await _space.SucceedAsync();
        _space.Ran.Count.ShouldBe(3);
        _space.Read("out/last.txt").ShouldBe("last(first of text(x))");
    }

    [Fact]
    public async Task What_a_run_that_died_left_behind_is_swept()
    {
        await _space.SucceedAsync();
        _space.Write(".kiln/owner", "process 1, since long ago");
        _space.Write(".kiln/staging/old-run/abc/out/text.txt", "half");
        _space.Write("out/.text.txt.kiln-partial", "half");
        _space.Write("out/.parts.kiln-partial/first.txt", "half");
        await _space.SucceedAsync("--target", "text");
        _space.Files(".kiln/staging").ShouldBeEmpty();
        _space.OwnFiles.ShouldNotContain(path => path.Contains("kiln-partial"));
        _space.Has(".kiln/owner").ShouldBeFalse();
    }

    [Theory]
    [InlineData("link")]
    [InlineData("pipe")]
    public async Task What_is_neither_a_file_nor_a_folder_cannot_be_an_output(string kind)
    {
        _space.Declare = pipeline =>
        {
            pipeline.Add(new TextStage("odd", ["in.txt"], _space)
            {
                Body = (run, stage) =>
                {
                    Make(kind, run.Open(stage.Text).Path);
                    return Task.CompletedTask;
                },
            });
            pipeline.Add(new FolderStage("parts", Input<PlainFile>.Source("in.txt"), _space) { Further = folder => Make(kind, Path.Combine(folder, "odd")) });
        };
        var before = File.GetUnixFileMode(_space.PathOf("in.txt"));
        (await _space.RunAsync("--keep-going")).ShouldBe(1);
        _space.Printed.ShouldContain("""
            An output is neither a file nor a folder:
              output  out/odd.txt
            """);
        _space.Printed.ShouldContain("output  out/parts/odd");
        _space.Has("out").ShouldBeFalse();
        File.GetUnixFileMode(_space.PathOf("in.txt")).ShouldBe(before);
    }

    [Fact]
    public async Task A_source_folder_with_a_pipe_in_it_is_refused()
    {
        Directory.CreateDirectory(_space.PathOf("source"));
        Make("pipe", _space.PathOf("source/pipe"));
        _space.Declare = pipeline => pipeline.Add(_space.Stage("a", "source"));
        (await _space.RunAsync()).ShouldBe(1);
        _space.Printed.ShouldContain("This is neither a file nor a folder:");
    }

    [Fact]
    public async Task A_source_that_is_a_link_is_followed()
    {
        File.CreateSymbolicLink(_space.PathOf("link.txt"), "in.txt");
        _space.Declare = pipeline => pipeline.Add(_space.Stage("a", "link.txt"));
        await _space.SucceedAsync();
        _space.Write("in.txt", "y");
        await _space.SucceedAsync();
        _space.Read("out/a.txt").ShouldBe("a(y)");
    }

    [Fact]
    public async Task A_source_that_is_a_circle_of_links_fails_its_stage()
    {
        File.CreateSymbolicLink(_space.PathOf("one"), "two");
        File.CreateSymbolicLink(_space.PathOf("two"), "one");
        _space.Declare = pipeline => pipeline.Add(_space.Stage("a", "one"));
        (await _space.RunAsync()).ShouldBeOneOf(1, 2);
        _space.Printed.ShouldNotContain("A fault in Kiln itself");
    }

    [Theory]
    [InlineData("with space.txt")]
    [InlineData("with\nnewline.txt")]
    [InlineData("with\ttab and \\ and 'quotes\".txt")]
    [InlineData("ünïcödé-✓.txt")]
    public async Task A_file_in_a_folder_may_have_any_name(string name)
    {
        _space.Declare = pipeline => pipeline.Add(new FolderStage("parts", Input<PlainFile>.Source("in.txt"), _space)
        {
            Further = folder => File.WriteAllText(Path.Combine(folder, name), "odd"),
        });
        await _space.SucceedAsync();
        Directory.Delete(_space.PathOf("out"), recursive: true);
        await _space.SucceedAsync();
        _space.Ran.ShouldBeEmpty();
        _space.Read("out/parts/" + name).ShouldBe("odd");
    }

    static string Hash(string text) => ContentHash.Of(System.Text.Encoding.UTF8.GetBytes(text)).ToString();

    static string ObjectOf(string text) => $".kiln/objects/{Hash(text)[..2]}/{Hash(text)[2..]}";

    static void Make(string kind, string path)
    {
        if (kind == "link") File.CreateSymbolicLink(path, "/etc/hostname");
        else Process.Start("mkfifo", [path]).WaitForExit();
    }

    /// <summary>Replaces text in one of Kiln's own files, which may be read-only.</summary>
    void Replace(string relative, string text, string replaced)
    {
        var before = _space.Read(relative);
        before.ShouldContain(text);
        File.Delete(_space.PathOf(relative));
        _space.Write(relative, before.Replace(text, replaced, StringComparison.Ordinal));
    }

    void Damage(string relative, string damage)
    {
        var path = _space.PathOf(relative);
        var bytes = File.ReadAllBytes(path);
        File.Delete(path);
        bytes[bytes.Length / 2] ^= 1;
        if (damage == "flipped") File.WriteAllBytes(path, bytes);
        else if (damage == "shortened") File.WriteAllBytes(path, bytes.AsSpan(0, bytes.Length / 2));
    }
}
