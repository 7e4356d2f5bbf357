using Kiln.Fingerprinting;

namespace Kiln.Tests;

/// <summary>Files that somebody writes to while a run uses them, clocks that jump, and a machine that went down.</summary>
public sealed class BehindItsBackTests : IDisposable
{
    readonly PipelineSpace _space = new();

    public BehindItsBackTests() => _space.Write("in.txt", "x");

    public void Dispose() => _space.Dispose();

    [Fact]
    public async Task An_output_changed_before_its_reader_begins_is_not_read()
    {
        _space.Declare = pipeline =>
        {
            var made = pipeline.Add(_space.Stage("made", "in.txt"));
            var meddler = pipeline.Add(new TextStage("meddler", ["in.txt"], _space) { Body = Meddle("out/made.txt", "meddled") });
            pipeline.Add(_space.Stage("reader", made, meddler));
        };
        (await _space.RunAsync("--jobs", "1")).ShouldBe(1);
        _space.Ran.ShouldBe(["made", "meddler"]);
        _space.Printed.ShouldContain("""
            An input changed during the run:
            """);
        _space.Has("out/reader.txt").ShouldBeFalse();
    }

    [Fact]
    public async Task A_stage_that_writes_anothers_output_is_told_of_and_the_next_run_puts_it_right()
    {
        var meddles = true;
        _space.Declare = pipeline =>
        {
            var made = pipeline.Add(_space.Stage("made", "in.txt"));
            pipeline.Add(new TextStage("meddler", [made], _space) { Body = (run, stage) => meddles ? Meddle("out/made.txt", "meddled")(run, stage) : Written(run, stage) });
            pipeline.Add(new TextStage("other", ["in.txt"], _space) { Body = (run, stage) => meddles ? Meddle("out/meddler.txt", "meddled too")(run, stage) : Written(run, stage) });
        };
        (await _space.RunAsync("--jobs", "1", "--keep-going")).ShouldBe(1);
        _space.Printed.ShouldContain("An input changed during the run"); // meddler's own input
        ClosingRows.Of(_space.Printed, "made").Single().ShouldBe("made failed An output was changed during the run by something other than its stage");

        meddles = false;
        await _space.SucceedAsync();
        _space.Read("out/made.txt").ShouldBe("made(x)");
        _space.Files(".kiln/displaced").Select(_space.Read).ShouldContain("meddled");
    }

    [Fact]
    public async Task An_input_that_was_something_else_for_a_while_is_noticed()
    {
        _space.Declare = pipeline => pipeline.Add(new TextStage("reader", ["in.txt"], _space)
        {
            Body = (run, stage) =>
            {
                _space.Write("in.txt", "y");
                stage.WriteText(run);
                _space.Write("in.txt", "x");
                return Task.CompletedTask;
            },
        });
        await Task.Delay(TimeSpan.FromMilliseconds(2 * FileStamp.Racy / 1e6)); // a younger file is read afresh each time, and nothing is known of it
        (await _space.RunAsync()).ShouldBe(1);
        _space.Printed.ShouldContain("An input changed during the run:");
        _space.Has("out/reader.txt").ShouldBeFalse();
    }

    [Fact]
    public async Task An_output_that_something_still_writes_is_refused()
    {
        using var begun = new ManualResetEventSlim();
        using var pen = new ManualResetEventSlim();
        Task writing = Task.CompletedTask;
        _space.Declare = pipeline => pipeline.Add(new TextStage("hasty", ["in.txt"], _space)
        {
            Body = (run, stage) =>
            {
                var path = run.Open(stage.Text).Path;
                using (var file = File.Create(path)) file.SetLength(128 << 20); // long enough to hash
                writing = Task.Run(() =>
                {
                    using var file = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
                    do
                    {
                        file.Position = 0;
                        file.Write("more"u8);
                        begun.Set();
                    }
                    while (!pen.IsSet);
                });
                begun.Wait();
                return Task.CompletedTask;
            },
        });
        var exitCode = await _space.RunAsync();
        pen.Set();
        await writing;
        exitCode.ShouldBe(1, _space.Printed);
        _space.Printed.ShouldContain("An output was still being written when its stage had ended:");
    }

    [Fact]
    public void A_file_that_was_written_to_since_it_was_copied_is_not_vouched_for()
    {
        var path = _space.PathOf("in.txt");
        var written = FileStamp.Of(path)!.Value;
        File.WriteAllText(path, "other");
        var hashes = new FileHashes([]);
        hashes.Note(path, written, ContentHash.Of("x"u8));
        hashes.Of(path).ShouldBe(ContentHash.Of("other"u8));
    }

    [Fact]
    public void A_young_stamp_vouches_for_nothing()
    {
        WhileYoung(_space.PathOf("in.txt"), (path, hashes) =>
        {
            hashes.Of(path);
            hashes.Of(path);
        }).FilesRead.ShouldBe(2);
    }

    [Fact]
    public void A_young_stamp_is_kept_only_where_the_file_still_has_the_hash_when_it_is_old()
    {
        var (path, other) = (_space.PathOf("in.txt"), _space.PathOf("other.txt"));
        _space.Write("other.txt", "other");
        var known = WhileYoung(path, (path, hashes) =>
        {
            // As if the first was written again within the tick of the clock in which its stamp was taken.
            hashes.Note(path, FileStamp.Of(path)!.Value, ContentHash.Of("before"u8));
            hashes.Note(other, FileStamp.Of(other)!.Value, ContentHash.Of("other"u8));
        }).Settled();
        known.Keys.ShouldBe([other]);
        known[other].Stamp.IsRacyAt(FileStamp.Now()).ShouldBeFalse();
    }

    /// <summary>Does something with a file that was written so recently that its stamp proves nothing, for as often as it takes to be quick enough.</summary>
    static FileHashes WhileYoung(string path, Action<string, FileHashes> act)
    {
        while (true)
        {
            var hashes = new FileHashes([]);
            File.WriteAllText(path, "x");
            act(path, hashes);
            if (FileStamp.Now() - FileStamp.Of(path)!.Value.Changed < FileStamp.Racy) return hashes;
        }
    }

    [Theory]
    [InlineData(-3600)]
    [InlineData(3600)]
    public void A_stamp_whose_clock_jumped_vouches_for_nothing_that_changed(int seconds)
    {
        // The clock stood elsewhere when the stamp was kept: what matters is only that a later change has another stamp.
        var path = _space.PathOf("in.txt");
        var now = FileStamp.Of(path)!.Value;
        var then = now with { Changed = now.Changed + seconds * 1_000_000_000L, Modified = now.Modified + seconds * 1_000_000_000L };
        new FileHashes([new(path, new StampedHash(then, ContentHash.Of("old"u8)))]).Of(path).ShouldBe(ContentHash.Of("x"u8));
        then.IsRacyAt(now.Changed + FileStamp.Racy).ShouldBe(seconds > 0, "a stamp from the future may still be anything's");
    }

    [Fact]
    public async Task After_the_machine_went_down_young_stamps_vouch_for_nothing()
    {
        _space.Declare = pipeline => pipeline.Add(_space.Stage("a", "in.txt"));
        await _space.SucceedAsync();
        _space.State.Hashes.Settled().Select(entry => entry.Key).ShouldContain(_space.PathOf("out/a.txt"));

        var bytes = File.ReadAllBytes(_space.PathOf(".kiln/state"));
        var boot = File.ReadAllBytes("/proc/sys/kernel/random/boot_id");
        var at = bytes.AsSpan().IndexOf(boot);
        bytes[at] = bytes[at] == (byte)'0' ? (byte)'1' : (byte)'0';
        ContentHash.Of(bytes.AsSpan(ContentHash.Size)).CopyTo(bytes);
        File.WriteAllBytes(_space.PathOf(".kiln/state"), bytes);
        _space.State.Hashes.Settled().ShouldBeEmpty();
        await _space.SucceedAsync();
        _space.Ran.ShouldBeEmpty();
    }

    Func<StageRun, TextStage, Task> Meddle(string path, string text) => (run, stage) =>
    {
        stage.WriteText(run);
        _space.Write(path, text);
        return Task.CompletedTask;
    };

    static Task Written(StageRun run, TextStage stage)
    {
        stage.WriteText(run);
        return Task.CompletedTask;
    }
}
