namespace Kiln.Tests;

public sealed class ChangedOutputTests : IDisposable
{
    const string Displaced = ".kiln/displaced";
    readonly PipelineSpace _space = new();

    public ChangedOutputTests()
    {
        _space.Write("in.txt", "x");
        _space.Declare = pipeline =>
        {
            var text = pipeline.Add(_space.Stage("text", "in.txt"));
            pipeline.Add(new FolderStage("parts", text.Text, _space));
        };
    }

    public void Dispose() => _space.Dispose();

    [Fact]
    public async Task A_deleted_output_is_restored()
    {
        await _space.SucceedAsync();
        File.Delete(_space.PathOf("out/text.txt"));
        await _space.SucceedAsync();
        _space.Ran.ShouldBeEmpty();
        _space.Read("out/text.txt").ShouldBe("text(x)");
        _space.Printed.ShouldContain("out/text.txt is missing");
        _space.Printed.ShouldContain("1 restored, 1 up to date");
    }

    [Fact]
    public async Task An_output_edited_by_hand_is_kept_aside_restored_and_said()
    {
        await _space.SucceedAsync();
        _space.Write("out/text.txt", "mine");
        await _space.SucceedAsync();
        _space.Ran.ShouldBeEmpty();
        _space.Read("out/text.txt").ShouldBe("text(x)");
        var kept = _space.Files(Displaced).ShouldHaveSingleItem();
        _space.Read(kept).ShouldBe("mine");
        _space.Printed.ShouldContain($"out/text.txt was changed by someone else; that version is kept as {kept}");
    }

    [Fact]
    public async Task An_edited_output_is_kept_aside_when_the_stage_runs_again_too()
    {
        await _space.SucceedAsync();
        _space.Write("out/text.txt", "mine");
        _space.Write("in.txt", "y");
        await _space.SucceedAsync();
        _space.Read("out/text.txt").ShouldBe("text(y)");
        _space.Read(_space.Files(Displaced).ShouldHaveSingleItem()).ShouldBe("mine");
    }

    [Fact]
    public async Task A_file_that_stood_there_before_the_first_run_is_kept_aside()
    {
        _space.Write("out/text.txt", "precious");
        await _space.SucceedAsync();
        _space.Read("out/text.txt").ShouldBe("text(x)");
        _space.Read(_space.Files(Displaced).ShouldHaveSingleItem()).ShouldBe("precious");
    }

    [Fact]
    public async Task An_output_overwritten_with_an_earlier_result_is_not_kept_aside()
    {
        await _space.SucceedAsync();
        _space.Write("in.txt", "y");
        await _space.SucceedAsync();
        _space.Write("out/text.txt", "text(x)");
        await _space.SucceedAsync();
        _space.Read("out/text.txt").ShouldBe("text(y)");
        _space.Has(Displaced).ShouldBeFalse();
    }

    [Fact]
    public async Task A_folder_is_made_whole_with_its_empty_folders()
    {
        await _space.SucceedAsync();
        _space.Files("out/parts").ShouldBe(["out/parts/deep/second.txt", "out/parts/first.txt"]);
        Directory.Exists(_space.PathOf("out/parts/empty")).ShouldBeTrue();
        _space.Read("out/parts/deep/second.txt").ShouldBe("second of text(x)");
    }

    [Theory]
    [InlineData("first.txt")]
    [InlineData("deep")]
    [InlineData("empty")]
    public async Task Whatever_is_deleted_from_a_folder_is_restored(string entry)
    {
        await _space.SucceedAsync();
        var path = _space.PathOf("out/parts/" + entry);
        if (Directory.Exists(path)) Directory.Delete(path, recursive: true);
        else File.Delete(path);
        await _space.SucceedAsync();
        _space.Ran.ShouldBeEmpty();
        Path.Exists(path).ShouldBeTrue();
        _space.Has(Displaced).ShouldBeFalse();
    }

    [Fact]
    public async Task A_file_edited_in_a_folder_sets_the_folder_aside()
    {
        await _space.SucceedAsync();
        _space.Write("out/parts/first.txt", "mine");
        await _space.SucceedAsync();
        _space.Ran.ShouldBeEmpty();
        _space.Read("out/parts/first.txt").ShouldBe("first of text(x)");
        var aside = _space.Files(Displaced);
        aside.Count.ShouldBe(2);
        _space.Read(aside.Single(path => path.EndsWith("first.txt", StringComparison.Ordinal))).ShouldBe("mine");
        _space.Printed.ShouldContain("out/parts was changed by someone else");
    }

    [Fact]
    public async Task A_file_added_to_a_folder_sets_the_folder_aside()
    {
        await _space.SucceedAsync();
        _space.Write("out/parts/notes.txt", "mine");
        await _space.SucceedAsync();
        _space.Has("out/parts/notes.txt").ShouldBeFalse();
        _space.Files(Displaced).ShouldContain(path => path.EndsWith("notes.txt", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Something_empty_added_to_a_folder_sets_the_folder_aside(bool isFolder)
    {
        var declare = _space.Declare;
        _space.Declare = pipeline =>
        {
            declare(pipeline);
            pipeline.Add(new TextStage("none", ["in.txt"], _space) { Body = (run, stage) => Task.Run(() => run.Open(stage.Text).WriteText("")) }); // so that the store knows what is empty
        };
        await _space.SucceedAsync();
        if (isFolder) Directory.CreateDirectory(_space.PathOf("out/parts/mine"));
        else _space.Write("out/parts/mine", "");
        await _space.SucceedAsync();
        Path.Exists(_space.PathOf("out/parts/mine")).ShouldBeFalse();
        _space.Printed.ShouldContain("out/parts was changed by someone else");
        Directory.EnumerateFileSystemEntries(_space.PathOf(Displaced), "mine", SearchOption.AllDirectories).Count().ShouldBe(1);
    }

    [Fact]
    public async Task A_file_where_the_folder_belongs_is_kept_aside()
    {
        await _space.SucceedAsync();
        Directory.Delete(_space.PathOf("out/parts"), recursive: true);
        _space.Write("out/parts", "mine");
        await _space.SucceedAsync();
        _space.Files("out/parts").Count.ShouldBe(2);
        _space.Read(_space.Files(Displaced).ShouldHaveSingleItem()).ShouldBe("mine");
    }

    [Fact]
    public async Task A_folder_where_the_file_belongs_is_kept_aside()
    {
        await _space.SucceedAsync();
        File.Delete(_space.PathOf("out/text.txt"));
        _space.Write("out/text.txt/note.txt", "mine");
        await _space.SucceedAsync();
        _space.Read("out/text.txt").ShouldBe("text(x)");
        _space.Read(_space.Files(Displaced).ShouldHaveSingleItem()).ShouldBe("mine");
    }

    [Fact]
    public async Task Files_that_a_folder_no_longer_has_are_gone()
    {
        var extra = true;
        _space.Declare = pipeline => pipeline.Add(new FolderStage("parts", Input<PlainFile>.Source("in.txt"), _space)
        {
            Further = folder =>
            {
                if (extra) File.WriteAllText(Path.Combine(folder, "extra.txt"), "extra");
            },
        });
        await _space.SucceedAsync();
        _space.Has("out/parts/extra.txt").ShouldBeTrue();
        extra = false;
        await _space.SucceedAsync("--force");
        _space.Has("out/parts/extra.txt").ShouldBeFalse();
    }
}
