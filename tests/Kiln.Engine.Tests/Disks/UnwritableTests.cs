using Kiln.Hosting;
using Kiln.Recording;

namespace Kiln.Tests;

/// <summary>Workspaces on a disk that is read-only or full: what can be answered is answered, and the rest is said in people's words.</summary>
public sealed class UnwritableTests : IDisposable
{
    readonly PipelineSpace _space = new();

    public UnwritableTests()
    {
        _space.Write("in.txt", "x");
        _space.Declare = pipeline => pipeline.Add(_space.Stage("a", "in.txt"));
    }

    public void Dispose() => _space.Dispose();

    [MountFact]
    public async Task A_read_only_workspace_is_not_held_by_another_run()
    {
        await _space.SucceedAsync();
        _space.Write("in.txt", "y");
        using var disk = SmallDisk.Sealed(_space.Root);
        (await _space.RunAsync()).ShouldBe(1);
        _space.Printed.ShouldStartWith("Kiln cannot write its own folder:");
        _space.Printed.ShouldContain("Read-only file system");
    }

    [MountFact]
    public async Task Past_runs_are_told_of_a_read_only_workspace()
    {
        await _space.SucceedAsync();
        using var disk = SmallDisk.Sealed(_space.Root);
        await _space.SucceedAsync("runs");
        _space.Printed.ShouldContain("Default");
        await _space.SucceedAsync("show", "last");
        _space.Printed.ShouldContain("first run");
    }

    [MountFact]
    public async Task Past_runs_are_told_of_a_full_disk()
    {
        using var disk = SmallDisk.OfMegabytes(_space.Root, 4);
        _space.Write("in.txt", "x");
        await _space.SucceedAsync();
        Fill(_space.PathOf("filler"));
        await _space.SucceedAsync("runs");
        _space.Printed.ShouldContain("Default");
    }

    [MountFact]
    public void What_a_killed_run_left_beside_the_ledger_is_read_too()
    {
        var path = _space.PathOf("of a run, 100% #?/ledger.db");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        using (var ledger = Ledger.Open(_space.PathOf("ledger.db")))
        {
            ledger.Begin(Begun("first"));
            File.Copy(_space.PathOf("ledger.db"), path);
            File.Copy(_space.PathOf("ledger.db-wal"), path + "-wal");
        }

        using (SmallDisk.Sealed(Path.GetDirectoryName(path)!))
        using (var read = Ledger.OpenToRead(path)) read.Query("SELECT id FROM runs").ShouldHaveSingleItem()[0].ShouldBe("first");
        Ledger.Open(path).Dispose(); // what stood beside it is in it now
        using (SmallDisk.Sealed(Path.GetDirectoryName(path)!))
        using (var read = Ledger.OpenToRead(path)) read.Query("SELECT id FROM runs").ShouldHaveSingleItem()[0].ShouldBe("first");
    }

    [MountFact]
    public async Task What_a_command_printed_is_said_to_be_lost_on_a_full_disk()
    {
        using var disk = SmallDisk.OfMegabytes(_space.Root, 4);
        _space.Write("in.txt", "x");
        _space.Declare = pipeline => pipeline.Add(new CommandStage("Fill")
        {
            Command = ["sh", "-c", "cat /dev/zero > out 2>/dev/null; echo why >&2; exit 3"],
            Writes = [new Output<PlainFile>("out")],
        });
        (await _space.RunAsync()).ShouldBe(1);
        _space.Printed.ShouldContain("is full: what it printed could not be kept");
        _space.Printed.ShouldContain("Free some space");
    }

    [MountFact]
    public async Task An_output_folder_that_is_mounted_over_is_named_and_left_as_it_is()
    {
        _space.Declare = pipeline => pipeline.Add(new FolderStage("parts", Input<PlainFile>.Source("in.txt"), _space));
        await _space.SucceedAsync();
        _space.Write("out/parts/mine.txt", "mine");
        using var disk = SmallDisk.Sealed(_space.PathOf("out/parts"));
        (await _space.RunAsync()).ShouldBe(1);
        _space.Printed.ShouldContain("An output cannot be put in its place, which the system holds:\n  output  out/parts\n");
        _space.Read("out/parts/mine.txt").ShouldBe("mine");
        _space.Has(".kiln/displaced").ShouldBeFalse();
    }

    [Fact]
    public async Task A_run_is_recorded_although_standard_output_is_full()
    {
        var output = new FullOutput();
        RoutedConsole.SendTo(output);
        var host = KilnHost.Create().Add(new PipelineDefinition("test", _space.Declare)).In(_space.Root);
        (await Task.Run(() => host.Run([]))).ShouldBe(1);
        output.ToString().ShouldStartWith("What the run had to say cannot be printed:");
        _space.Read("out/a.txt").ShouldBe("a(x)");
        using var ledger = Ledger.Open(_space.PathOf(".kiln/ledger.db"));
        ledger.Query("SELECT exit_code FROM runs").ShouldHaveSingleItem()[0].ShouldBe("0");
    }

    static void Fill(string file)
    {
        try
        {
            using var filler = File.Create(file);
            while (true) filler.Write(new byte[4096]);
        }
        catch (IOException)
        {
        }
    }

    static RunRecord Begun(string id) => new() { Id = id, Pipeline = "test", Targets = "Default", CommandLine = "", Started = DateTimeOffset.UnixEpoch, Jobs = 1 };

    /// <summary>Takes errors, and nothing else: in a test, standard output and standard error come to the same place.</summary>
    sealed class FullOutput : StringWriter
    {
        public override void Write(string? value) => throw new IOException("No space left on device");

        public override void WriteLine(string? value)
        {
            if (value?.StartsWith("What the run", StringComparison.Ordinal) != true) throw new IOException("No space left on device");
            base.Write(value.ToCharArray());
        }
    }
}
