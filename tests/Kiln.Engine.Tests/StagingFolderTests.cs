using Kiln.Fingerprinting;

namespace Kiln.Tests;

/// <summary>The folders in which stages run, one after the other.</summary>
public sealed class StagingFolderTests : IDisposable
{
    readonly PipelineSpace _space = new();

    public void Dispose() => _space.Dispose();

    [Fact]
    public async Task A_stage_finds_nothing_of_the_one_that_ran_there_before()
    {
        _space.Write("data/a", "a");
        _space.Declare = pipeline =>
        {
            Input<PlainFile> before = Input<PlainFile>.Source("data/a");
            foreach (var (name, output) in new[] { ("First", "out/1"), ("Second", "out/2"), ("Third", "other/deep/3"), ("Fourth", "out/4") })
            {
                var made = new Output<PlainFile>(output);
                pipeline.Add(new CommandStage(name)
                {
                    Command = ["sh", "-c", $"find . $HOME -mindepth 1 -not -name found | sort > found; mv found {output}; mkdir -p left/behind out; echo x > left/behind/x; echo y > out/y; echo z > $HOME/z; ln -s /etc left/link; echo {name}"],
                    Reads = [before],
                    Writes = [made],
                });
                before = made;
            }
        };
        await _space.SucceedAsync("--jobs", "1");
        _space.Read("out/1").ShouldBe("./data\n./data/a\n./out\n");
        _space.Read("out/2").ShouldBe("./out\n./out/1\n");
        _space.Read("other/deep/3").ShouldBe("./other\n./other/deep\n./out\n./out/2\n");
        _space.Read("out/4").ShouldBe("./other\n./other/deep\n./other/deep/3\n./out\n");
        _space.Read(".kiln/logs/Fourth.log").ShouldBe("Fourth\n");
        Directory.Exists(_space.PathOf(".kiln/staging")).ShouldBeFalse();
    }

    [Fact]
    public async Task A_name_that_is_no_text_in_an_output_folder_is_named_and_goes_with_the_staging_folder()
    {
        _space.Declare = pipeline => pipeline.Add(new CommandStage("List")
        {
            Command = ["sh", "-c", """mkdir -p out/deep; touch "out/deep/$(printf 'a\377b')" """],
            Writes = [new Output<Folder>("out")],
        });
        (await _space.RunAsync()).ShouldBe(1, _space.Printed);
        _space.Printed.ShouldContain(@"a\xFFb");
        Directory.Exists(_space.PathOf(".kiln/staging")).ShouldBeFalse();
    }

    [UnprivilegedFact]
    public async Task Folders_that_a_body_made_read_only_change_nothing()
    {
        _space.Write("in.txt", "x");
        using var host = HostProcess.StartUnprivileged(_space, "locked", "--jobs", "1");
        (await host.EndsAsync()).ShouldBe(0, host.Printed);
        _space.Read("out/second.txt").ShouldBe("x");
        _space.Read("made/second/deep/x").ShouldBe("x\n");
        _space.Read("out/keeping.txt").ShouldBe("kept");
        _space.Files(".kiln/checkpoints").ShouldBeEmpty();
        Directory.Exists(_space.PathOf(".kiln/staging")).ShouldBeFalse();
    }

    [Fact]
    public void An_emptied_folder_holds_the_folders_to_keep_and_what_its_links_led_to_stays()
    {
        foreach (var file in new[] { "place/a/b/c/1", "place/a/2", "place/d/3", "place/4", "outside/5" }) _space.Write(file, "text");
        File.CreateSymbolicLink(_space.PathOf("place/a/link"), _space.PathOf("outside"));
        FolderEraser.Empty(_space.PathOf("place"), ["a", "a/b"]);
        Directory.GetFileSystemEntries(_space.PathOf("place"), "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).ShouldBe([_space.PathOf("place/a"), _space.PathOf("place/a/b")]);
        FolderEraser.Delete(_space.PathOf("place"));
        FolderEraser.Delete(_space.PathOf("place"));
        Directory.Exists(_space.PathOf("place")).ShouldBeFalse();
        _space.Read("outside/5").ShouldBe("text");
    }

    [Fact]
    public void A_folder_is_read_beside_a_large_file()
    {
        for (var i = 0; i < 5; i++) _space.Write($"folder/{i}", $"file {i}");
        _space.Write("large", "");
        using (var large = File.OpenWrite(_space.PathOf("large"))) large.SetLength(1 << 26);
        var hashes = new FileHashes([]);
        hashes.ReadAhead([_space.PathOf("folder"), _space.PathOf("large")], _ => null);
        hashes.FilesRead.ShouldBe(6);
    }
}
