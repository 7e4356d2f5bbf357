using System.Text;
using Kiln.Caching;
using Kiln.Fingerprinting;

namespace Kiln.Tests;

/// <summary>Whether a file may be executed is part of what it is.</summary>
public sealed class ExecutableFileTests : IDisposable
{
    const UnixFileMode Plain = (UnixFileMode)0b110_100_100, Executable = (UnixFileMode)0b111_101_101;

    readonly string _cache = Directory.CreateTempSubdirectory("kiln-cache-").FullName;
    readonly PipelineSpace _space;
    readonly PipelineSpace _other;

    /// <summary>What no fingerprint knows of.</summary>
    UnixFileMode _mode = Executable;

    public ExecutableFileTests() => (_space, _other) = (SpaceWith(_cache), SpaceWith(_cache));

    public void Dispose()
    {
        _space.Dispose();
        _other.Dispose();
        Directory.Delete(_cache, recursive: true);
    }

    public static TheoryData<string> Outputs => ["out/tool.txt", "out/tools/first.txt"];

    [Theory]
    [MemberData(nameof(Outputs))]
    public async Task An_executable_output_is_executable_wherever_it_is_put(string path)
    {
        await _space.SucceedAsync();
        File.GetUnixFileMode(_space.PathOf(path)).ShouldBe(Executable);
        File.GetUnixFileMode(_space.PathOf("out/tools/deep/second.txt")).ShouldBe(Plain);

        Directory.Delete(_space.PathOf("out"), recursive: true);
        foreach (var space in new[] { _space, _other })
        {
            await space.SucceedAsync();
            space.Ran.ShouldBeEmpty();
            File.GetUnixFileMode(space.PathOf(path)).ShouldBe(Executable);
            await space.SucceedAsync();
            space.Printed.ShouldContain("2 up to date");
        }
    }

    [Theory]
    [InlineData("out/tool.txt", "executable", "not executable")]
    [InlineData("out/tools/first.txt", "", "")]
    [InlineData("out/tools/deep/second.txt", "", "")]
    public async Task Rights_that_somebody_changed_are_noticed_and_put_right(string path, string was, string now)
    {
        await _space.SucceedAsync();
        var made = File.GetUnixFileMode(_space.PathOf(path));
        File.SetUnixFileMode(_space.PathOf(path), made == Plain ? Executable : Plain);
        if (was.Length > 0)
        {
            await _space.RunAsync("why", "tool");
            _space.Printed.Split('\n').ShouldContain(line => line.Contains(was) && line.Contains(now), _space.Printed);
        }

        await _space.SucceedAsync();
        _space.Ran.ShouldBeEmpty();
        _space.Printed.ShouldContain("is not as it was made");
        File.GetUnixFileMode(_space.PathOf(path)).ShouldBe(made);
        _space.Has(".kiln/displaced").ShouldBeFalse("the bytes are in the store");
    }

    [Fact]
    public async Task A_made_program_runs_by_any_of_its_paths()
    {
        _space.Declare = pipeline =>
        {
            var tool = new Output<PlainFile>("tool");
            pipeline.Add(new CommandStage("make") { Command = ["sh", "-c", "printf '#!/bin/sh\\necho made > $OUT\\n' > tool; chmod 744 tool"], Writes = [tool] });
            pipeline.Add(new CommandStage("near") { Command = ["./tool"], Environment = ["OUT=near"], Reads = [Input<PlainFile>.From(tool)], Writes = [new Output<PlainFile>("near")] });
            pipeline.Add(new CommandStage("whole") { Command = [_space.PathOf("tool")], Environment = ["OUT=whole"], Writes = [new Output<PlainFile>("whole")] });
        };
        await _space.SucceedAsync();
        (_space.Read("near") + _space.Read("whole")).ShouldBe("made\nmade\n");
        await _space.SucceedAsync();
        _space.Printed.ShouldContain("3 up to date");
    }

    [Fact]
    public async Task A_sources_right_counts_and_its_change_is_told()
    {
        _space.Declare = pipeline => pipeline.Add(_space.Stage("reader", "in.txt"));
        await _space.SucceedAsync();
        File.SetUnixFileMode(_space.PathOf("in.txt"), Executable);
        await _space.SucceedAsync();
        _space.Ran.ShouldBe(["reader"]);
        _space.Printed.ShouldContain("input Sources in.txt is executable now");
        File.SetUnixFileMode(_space.PathOf("in.txt"), Plain);
        await _space.SucceedAsync();
        _space.Ran.ShouldBeEmpty();

        var hash = ContentHash.Of("x"u8);
        new FactChange(FactKind.Input, "Tool run.sh", hash.AsExecutable().ToString(), hash.ToString()).Phrase.ShouldBe("input Tool run.sh is no longer executable");
    }

    [Fact]
    public async Task Rights_of_what_is_installed_on_the_machine_do_not_count()
    {
        _space.Write(".kiln/tools/library.so", "code");
        _space.Declare = pipeline => pipeline.Add(_space.Stage("reader", ".kiln/tools/library.so"));
        await _space.SucceedAsync();
        File.SetUnixFileMode(_space.PathOf(".kiln/tools/library.so"), Executable);
        await _space.SucceedAsync();
        _space.Ran.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_body_that_makes_other_rights_is_told_of_when_it_is_run_again()
    {
        await _space.SucceedAsync();
        _mode = Plain;
        (await _space.RunAsync("verify", "--rebuild")).ShouldBe(1);
        _space.Printed.ShouldContain("out/tool.txt: not executable, and was");
        _space.Printed.ShouldContain("out/tools: first.txt, not executable, and was");
    }

    [Fact]
    public void What_is_not_executable_is_written_down_as_ever()
    {
        var hash = ContentHash.Of("x"u8);
        Tree(FileKind.File).ToBytes().ShouldBe(Encoding.UTF8.GetBytes($"kiln tree 1\nf {hash} a\n"));
        FolderTree.Parse(Tree(FileKind.Executable).ToBytes()).Entries[0].Kind.ShouldBe(FileKind.Executable);
        Tree(FileKind.Executable).Hash.ShouldNotBe(Tree(FileKind.File).Hash);
        new OutputHash("a", hash, FileKind.File).Hash.ShouldBe(hash);
        new OutputHash("a", hash, FileKind.Executable).Hash.ShouldNotBe(hash);

        var result = new StageResult
        {
            Stage = "s",
            Manifest = new Manifest([]),
            Outputs = [new("file", hash, FileKind.File), new("folder", hash, FileKind.Folder), new("program", hash, FileKind.Executable)],
            Metrics = System.Collections.Immutable.ImmutableSortedDictionary<string, double>.Empty,
            Run = "r",
            Commit = "",
            Started = DateTimeOffset.UnixEpoch,
            Seconds = 1,
        };
        var text = Encoding.UTF8.GetString(result.ToBytes()).ReplaceLineEndings("").Replace(" ", "", StringComparison.Ordinal);
        text.ShouldContain($"""["file","{hash}",false],["folder","{hash}",true],["program","{hash}","executable"]""");
        StageResult.TryParse(result.ToBytes())!.Outputs.ShouldBe(result.Outputs);
        StageResult.TryParse(Encoding.UTF8.GetBytes(text.Replace("\"executable\"", "\"unheard-of\"", StringComparison.Ordinal))).ShouldBeNull();

        FolderTree Tree(FileKind kind) => new([new TreeEntry(kind, "a", hash)]);
    }

    PipelineSpace SpaceWith(string cache)
    {
        var space = new PipelineSpace { Cache = cache };
        space.Write("in.txt", "x");
        File.SetUnixFileMode(space.PathOf("in.txt"), Plain);
        space.Declare = pipeline =>
        {
            pipeline.Add(new TextStage("tool", ["in.txt"], space)
            {
                Body = (run, stage) =>
                {
                    stage.WriteText(run);
                    File.SetUnixFileMode(run.Open(stage.Text).Path, _mode);
                    return Task.CompletedTask;
                },
            });
            pipeline.Add(new FolderStage("tools", Input<PlainFile>.Source("in.txt"), space) { Further = folder => File.SetUnixFileMode(Path.Combine(folder, "first.txt"), _mode) });
        };
        return space;
    }
}
