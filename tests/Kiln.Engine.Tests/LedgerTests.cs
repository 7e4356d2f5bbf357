using System.Collections.Immutable;
using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;
using Kiln.Caching;
using Kiln.Fingerprinting;
using Kiln.Recording;

namespace Kiln.Tests;

public sealed partial class LedgerTests : IDisposable
{
    readonly PipelineSpace _space = new();

    public LedgerTests()
    {
        _space.Write("in.txt", "x");
        _space.Declare = pipeline =>
        {
            var a = pipeline.Add(new TextStage("a", ["in.txt"], _space)
            {
                Body = (run, stage) =>
                {
                    run.Metric("rows", 12345);
                    run.Metric("loss", 0.1);
                    run.Metric("undefined", double.NaN);
                    run.Metric("unbounded", double.PositiveInfinity);
                    stage.WriteText(run);
                    return Task.CompletedTask;
                },
            });
            pipeline.Add(_space.Stage("b", a));
            pipeline.Settings<OptimizerSettings>();
        };
    }

    public void Dispose() => _space.Dispose();

    [Fact]
    public async Task Without_a_run_there_is_none_to_list()
    {
        await _space.SucceedAsync("runs");
        _space.Printed.ShouldBe("No runs yet.\n");
        (await _space.RunAsync("show")).ShouldBe(2);
        _space.Printed.ShouldContain("There is no such run:");
    }

    [Fact]
    public async Task Runs_are_listed_newest_first()
    {
        await _space.SucceedAsync("--target", "a");
        await _space.SucceedAsync();
        _space.Write("in.txt", "");
        File.Delete(_space.PathOf("in.txt"));
        await _space.SucceedAsync("runs");
        var rows = _space.Printed.Split('\n');
        rows[0].ShouldMatch("^Run +Started +Pipeline +Targets +Ended +Time +Ran +Commit$");
        rows[1].ShouldMatch(@"^\d{8}-\d{6}-[0-9a-f]{4}  \d{4}-\d\d-\d\d \d\d:\d\d:\d\d  test +Default +done +\S+ m?s +1$");
        rows[2].ShouldMatch("^.* test +a +done ");
        rows.Length.ShouldBe(4);
    }

    [Fact]
    public async Task A_run_is_shown_with_stages_metrics_settings_and_environment()
    {
        await _space.SucceedAsync("--set", "optimizer.learningRate=0.25");
        await _space.SucceedAsync("show");
        var shown = Spaces().Replace(_space.Printed, " ");
        shown.ShouldContain("command --set optimizer.learningRate=0.25\n");
        shown.ShouldContain("ended done\n");
        shown.ShouldMatch(@"\na ran (\d+ ms )?[0-9a-f]{12} first run\nb ran (\d+ ms )?[0-9a-f]{12} first run\n");
        shown.ShouldContain("a loss 0.1\na rows 12345\na unbounded ");
        shown.ShouldContain("a undefined\n");
        shown.ShouldContain("optimizer.kind \"adam\"\noptimizer.learningRate 0.25\n");
        shown.ShouldContain("dotnet .NET 10.");
        shown.ShouldContain("package YamlDotNet 16.3.0");
        shown.ShouldContain("commit unknown: no repository, or no git\n");
    }

    [Fact]
    public async Task A_run_is_found_by_the_start_of_its_id()
    {
        await _space.SucceedAsync();
        await _space.SucceedAsync("runs");
        var id = _space.Printed.Split('\n')[1].Split(' ')[0];
        await _space.SucceedAsync("show", id[..^2]);
        _space.Printed.ShouldStartWith("Run ");
        _space.Printed.ShouldContain(id);
        (await _space.RunAsync("show", "2001")).ShouldBe(2);
    }

    [Fact]
    public async Task A_failed_run_is_kept_with_its_error()
    {
        _space.Declare = pipeline => pipeline.Add(new TaskStage("bad", _space) { Body = _ => throw new InvalidOperationException("broken on purpose") });
        await _space.RunAsync();
        await _space.SucceedAsync("show", "last");
        _space.Printed.ShouldContain("failed (1)");
        Spaces().Replace(_space.Printed, " ").ShouldContain("bad threw an error of its own:");
    }

    [Fact]
    public async Task The_commit_the_branch_and_the_patch_of_a_dirty_tree_are_kept()
    {
        StartRepository(_space.Root);
        await _space.SucceedAsync();
        Git(_space.Root, "add", ".");
        Git(_space.Root, "commit", "-qm", "Start");
        await _space.SucceedAsync("--force");
        (await FactAsync("commit")).ShouldBe(Git(_space.Root, "rev-parse", "HEAD"));
        (await FactAsync("branch")).ShouldBe("trunk");
        (await FactAsync("dirty")).ShouldBe("no");

        _space.Write("in.txt", "y");
        await _space.SucceedAsync();
        var edited = await FactAsync("dirty");
        edited.ShouldStartWith("yes, patch ");
        var patch = ContentHash.Parse(edited[^64..]);
        Encoding.UTF8.GetString(Cache.Of(_space.PathOf(".kiln")).Objects.Read(patch)).ShouldContain("-x\n");
    }

    [Fact]
    public async Task A_run_at_work_is_in_the_ledger_with_its_commit_so_that_a_killed_one_is_too()
    {
        StartRepository(_space.Root);
        Git(_space.Root, "add", ".");
        Git(_space.Root, "commit", "-qm", "Start");
        var seen = "";
        _space.Declare = pipeline => pipeline.Add(new TaskStage("look", _space)
        {
            Body = async _ =>
            {
                for (var i = 0; i < 500 && seen.Length == 0; i++)
                {
                    await Task.Delay(10);
                    using var ledger = Ledger.Open(_space.PathOf(".kiln/ledger.db"));
                    seen = ledger.Query("SELECT git_commit FROM runs WHERE exit_code IS NULL") is [[var commit]] ? commit : "";
                }
            },
        });
        await _space.SucceedAsync();
        seen.ShouldBe(Git(_space.Root, "rev-parse", "HEAD"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("inner")]
    public void Untracked_files_are_part_of_the_patch_also_where_the_workspace_is_a_part_of_the_repository(string inner)
    {
        using var repository = new PipelineSpace();
        repository.Write(Path.Combine(inner, "in.txt"), "x");
        StartRepository(repository.Root);
        Git(repository.Root, "add", ".");
        Git(repository.Root, "commit", "-qm", "Start");

        repository.Write(Path.Combine(inner, "new.txt"), "one");
        var one = Snapshot(repository.PathOf(inner));
        repository.Write(Path.Combine(inner, "new.txt"), "two");
        var two = Snapshot(repository.PathOf(inner));
        one!.IsDirty.ShouldBeTrue();
        two!.Patch.ShouldNotBe(one.Patch);
        repository.Write(Path.Combine(inner, "new.txt"), "one");
        Snapshot(repository.PathOf(inner))!.Patch.ShouldBe(one.Patch);
    }

    [Fact]
    public void What_a_run_writes_for_git_makes_no_tree_dirty()
    {
        using var repository = new PipelineSpace();
        repository.Write("pipelines/trees/pipeline.lock", "x");
        repository.Write("inner/in.txt", "x");
        StartRepository(repository.Root);
        Git(repository.Root, "add", ".");
        Git(repository.Root, "commit", "-qm", "Start");

        repository.Write("pipelines/trees/pipeline.lock", "y");
        repository.Write("pipelines/flowers/pipeline.lock", "y");
        Snapshot(repository.Root)!.IsDirty.ShouldBeFalse();
        Snapshot(repository.PathOf("inner"))!.IsDirty.ShouldBeFalse();
        repository.Write("inner/in.txt", "y");
        Snapshot(repository.Root)!.Patch.ShouldBe(Snapshot(repository.PathOf("inner"))!.Patch);
        Encoding.UTF8.GetString(Snapshot(repository.Root)!.PatchBytes).ShouldNotContain("pipeline.lock");
        Snapshot(repository.Root)!.IsDirty.ShouldBeTrue();

        repository.Write("a file.txt", "x");
        Git(repository.Root, "checkout", "inner/in.txt");
        Git(repository.Root, "mv", "inner/in.txt", "inner/moved to.txt");
        Snapshot(repository.PathOf("inner"))!.Differing.ShouldBe(["a file.txt", "inner/moved to.txt"]);
    }

    static GitSnapshot? Snapshot(string workspace) => GitSnapshot.Take(workspace, GitSnapshot.Status(workspace), new FileHashes([]));

    [Fact]
    public async Task A_repository_without_a_commit_is_told_as_such()
    {
        StartRepository(_space.Root);
        await _space.SucceedAsync();
        (await FactAsync("commit")).ShouldBe("none yet");
        (await FactAsync("branch")).ShouldBe("trunk");
    }

    [Fact]
    public async Task Two_writers_at_once_lose_nothing()
    {
        var path = _space.PathOf("ledger.db");
        await Task.WhenAll(new[] { "a", "b" }.Select(writer => Task.Run(() =>
        {
            for (var i = 0; i < 50; i++)
            {
                using var ledger = Ledger.Open(path);
                ledger.Add(Some(writer + i), []);
            }
        })));
        using var read = Ledger.Open(path);
        read.Query("SELECT count(*) FROM runs")[0][0].ShouldBe("100");
        read.Query("PRAGMA journal_mode")[0][0].ShouldBe("wal");
        read.Query("SELECT count(*) FROM environments")[0][0].ShouldBe("1");
    }

    [Fact]
    public async Task A_broken_ledger_is_told_and_costs_no_result()
    {
        _space.Write(".kiln/ledger.db", new string('x', 5000));
        (await _space.RunAsync()).ShouldBe(1);
        _space.Printed.ShouldContain("The ledger of runs is damaged:");
        _space.Printed.ShouldContain(".kiln/ledger.db");
        _space.Printed.ShouldContain("Move it aside; the next run starts a new one.");
        _space.Printed.ShouldContain("2 ran; ");
        _space.State.Stages.Keys.ShouldBe(["test/a", "test/b"], ignoreOrder: true);
        _space.Has("pipelines/test/pipeline.lock").ShouldBeTrue();
        (await _space.RunAsync("runs")).ShouldBe(1);
        _space.Printed.ShouldContain("The ledger of runs is damaged:");

        File.Delete(_space.PathOf(".kiln/ledger.db"));
        await _space.SucceedAsync();
        _space.Ran.ShouldBeEmpty();
        _space.Read("out/b.txt").ShouldBe("b(a(x))");
    }

    static RunRecord Some(string id) => new()
    {
        Id = id,
        Pipeline = "test",
        Targets = "Default",
        CommandLine = "",
        Started = DateTimeOffset.UnixEpoch,
        Seconds = 1,
        ExitCode = ExitCode.Done,
        PeakMemory = 0,
        Git = null,
        Environment = ImmutableSortedDictionary<string, string>.Empty,
        Settings = ImmutableSortedDictionary<string, string>.Empty,
    };

    async Task<string> FactAsync(string name)
    {
        await _space.SucceedAsync("show", "last");
        return _space.Printed.Split('\n').First(line => line.StartsWith(name + " ", StringComparison.Ordinal))[name.Length..].Trim();
    }

    static void StartRepository(string folder)
    {
        File.WriteAllText(Path.Combine(folder, ".gitignore"), ".kiln/\nout/\n");
        Git(folder, "init", "-q", "-b", "trunk");
        Git(folder, "config", "user.name", "Tester");
        Git(folder, "config", "user.email", "tester@example.invalid");
    }

    static string Git(string folder, params string[] arguments)
    {
        using var git = Process.Start(new ProcessStartInfo("git", arguments) { WorkingDirectory = folder, RedirectStandardOutput = true })!;
        var output = git.StandardOutput.ReadToEnd();
        git.WaitForExit();
        git.ExitCode.ShouldBe(0);
        return output.Trim();
    }

    [GeneratedRegex(" +")]
    private static partial Regex Spaces();
}
