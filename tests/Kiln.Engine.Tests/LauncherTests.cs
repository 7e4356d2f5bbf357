using System.Diagnostics;
using Kiln.Running;

namespace Kiln.Tests;

/// <summary>A launcher starts one program after another: nothing of one reaches the next.</summary>
public sealed class LauncherTests : IDisposable
{
    readonly PipelineSpace _space = new();

    public void Dispose() => _space.Dispose();

    [SandboxFact]
    public void A_launcher_is_kept_for_the_next_program()
    {
        var first = ParentOf("first");
        Enumerable.Range(0, 64).Select(i => ParentOf($"{i}")).ShouldContain(first);
    }

    [SandboxFact]
    public void One_that_somebody_killed_is_replaced()
    {
        var launcher = Launcher.Begin(Start("echo $PPID > launcher"), []);
        launcher.End().ExitCode.ShouldBe(0);
        launcher.Kill();
        while (File.ReadAllText($"/proc/{_space.Read("launcher").Trim()}/stat").Split(") ")[1][0] != 'Z') Thread.Yield();
        launcher.GiveBack();
        Run("exit 5").ExitCode.ShouldBe(5);
    }

    [SandboxFact]
    public void A_program_whose_launcher_is_killed_was_killed() => Run("kill -KILL $PPID; sleep 300").Signal.ShouldBe(9);

    [SandboxFact]
    public void What_a_program_started_ends_also_where_it_kills_its_launcher()
    {
        var other = Process.Start("sleep", ["300"]); // a child of this process that no launcher started
        using var beside = new LaunchedProgram(Start("exec sleep 300") with { Log = _space.PathOf("beside") }, [], CancellationToken.None);
        Run("setsid sleep 300 & echo $! > apart; (setsid sh -c 'sleep 300 & echo $! > deep; sleep 300' &); until [ -s deep ]; do :; done; kill -KILL $PPID; sleep 300").Signal.ShouldBe(9);
        foreach (var left in new[] { "apart", "deep" }) Directory.Exists($"/proc/{_space.Read(left).Trim()}").ShouldBeFalse(left);
        other.HasExited.ShouldBeFalse();
        other.Kill();
        Run("exit 5").ExitCode.ShouldBe(5);
    }

    [SandboxFact]
    public void It_tells_how_a_program_ended()
    {
        (Run("exit 7") is { ExitCode: 7, Signal: 0 }).ShouldBeTrue();
        (Run("kill -SEGV $$") is { Signal: 11 }).ShouldBeTrue();
        (Run("exit 0") is { ExitCode: 0, Signal: 0, IsSilent: true }).ShouldBeTrue();
        Run("echo words").IsSilent.ShouldBeFalse();
        Run("echo words >&2").IsSilent.ShouldBeFalse();
        Run(":").IsSilent.ShouldBeTrue(); // the log is begun anew
    }

    [SandboxFact]
    public void What_cannot_be_started_is_told_with_the_systems_reason()
    {
        const int noEntry = 2, notAllowed = 13;
        var start = Start(":");
        End(start with { Program = "/bin/none" }).Report.Error.ShouldBe(noEntry);
        _space.Write("plain", "no program");
        End(start with { Program = _space.PathOf("plain") }).Report.Error.ShouldBe(notAllowed);
        End(start with { Folder = _space.PathOf("none") }).Report.Error.ShouldBe(noEntry);
        End(start with { Log = _space.PathOf("none/log") }).Report.Error.ShouldBe(noEntry);
        End(start).Report.ShouldBe(LaunchReport.Nothing);
    }

    [SandboxFact]
    public void Time_and_memory_are_the_programs_own_with_what_it_left_behind()
    {
        var small = Run(":");
        small.PeakMemory.ShouldBeInRange(1, 16 << 20); // this process holds more
        small.Processor.ShouldBeLessThan(TimeSpan.FromMilliseconds(100));
        var orphan = Run("(until [ -e stop ]; do :; done; sleep 300) & until [ $(cut -d ' ' -f 14 /proc/$!/stat) -ge 10 ]; do :; done; touch stop");
        orphan.Processor.ShouldBeGreaterThan(TimeSpan.FromMilliseconds(100));
        Run(":").Processor.ShouldBeLessThan(TimeSpan.FromMilliseconds(100));
    }

    [SandboxFact]
    public void A_program_that_was_stopped_harms_none_that_comes_after()
    {
        for (var i = 0; i < 3; i++)
        {
            using var stop = new CancellationTokenSource();
            using var program = new LaunchedProgram(Start("echo ready; exec sleep 300"), [], stop.Token);
            while (!File.Exists(Log) || File.ReadAllText(Log).Length == 0) Thread.Yield();
            stop.Cancel();
            program.Wait().Signal.ShouldBe(15);
            Run("exit 5").ExitCode.ShouldBe(5);
        }

        for (var i = 0; i < 8; i++)
        {
            var launcher = Launcher.Begin(Start("exit 6"), []);
            launcher.End().ExitCode.ShouldBe(6);
            launcher.Stop(); // it came too late
            launcher.GiveBack();
            Run("exit 5").ExitCode.ShouldBe(5);
        }
    }

    [SandboxFact]
    public void A_program_that_does_not_stop_is_killed_after_its_grace_with_all_it_started()
    {
        using var stop = new CancellationTokenSource();
        using var program = new LaunchedProgram(Start("trap '' TERM; (setsid sleep 300 & echo $!); while :; do sleep 300; done") with { Grace = TimeSpan.FromMilliseconds(50) }, [], stop.Token);
        string printed;
        while (!File.Exists(Log) || !(printed = File.ReadAllText(Log)).EndsWith('\n')) Thread.Yield();
        stop.Cancel();
        program.Wait().ExitCode.ShouldBe(143);
        Directory.Exists($"/proc/{int.Parse(printed)}").ShouldBeFalse();
    }

    [SandboxFact]
    public void Within_its_grace_a_program_ends_in_its_own_way()
    {
        using var stop = new CancellationTokenSource();
        using var program = new LaunchedProgram(Start("trap 'touch said; exit 3' TERM; echo ready; while :; do sleep 0.01; done"), [], stop.Token);
        while (!File.Exists(Log) || File.ReadAllText(Log).Length == 0) Thread.Yield();
        stop.Cancel();
        program.Wait().ExitCode.ShouldBe(3);
        _space.Has("said").ShouldBeTrue();
    }

    [SandboxFact]
    public void A_sandbox_and_its_notes_are_one_programs_alone()
    {
        _space.Write("secret", "told");
        string[] rules = ["r/usr", "r/lib", "r/lib64", "r/bin", "r/etc/ld.so.cache", "w/dev/null", "l" + _space.Root];
        var boxed = End(Start("cat secret"), rules);
        boxed.ExitCode.ShouldBe(1);
        boxed.Report.Read.ShouldBe([_space.PathOf("secret")]);
        var free = Run("cat secret");
        free.ExitCode.ShouldBe(0);
        free.Report.ShouldBe(LaunchReport.Nothing);
        File.ReadAllText(Log).ShouldBe("told");
        End(Start("cat secret"), [.. rules, "r" + _space.PathOf("secret")]).Report.ShouldBe(LaunchReport.Nothing);
    }

    [SandboxFact]
    public void A_launcher_holds_no_file_or_folder_of_a_program_that_ended()
    {
        var launcher = Launcher.Begin(Start("echo $PPID > launcher"), ["r/", "w" + _space.Root]);
        launcher.End().ExitCode.ShouldBe(0);
        var place = "/proc/" + _space.Read("launcher").Trim();
        string[] held = [.. Directory.EnumerateFileSystemEntries(place + "/fd").Append(place + "/cwd").Select(link => new FileInfo(link).LinkTarget!)];
        launcher.GiveBack();
        held.Where(path => path.StartsWith('/')).ShouldBe(["/dev/null", "/dev/null", "/dev/null", "/"]);
        held.Length.ShouldBe(6, string.Join(' ', held)); // the socket and the signals besides
    }

    string Log => _space.PathOf("log");

    ChildStart Start(string script) => new("/bin/sh", ["sh", "-c", script], ["PATH=/usr/bin:/bin"], _space.Root, Log) { Grace = TimeSpan.FromSeconds(30) };

    ChildEnd Run(string script) => End(Start(script));

    static ChildEnd End(ChildStart start, params string[] rules)
    {
        using var program = new LaunchedProgram(start, rules, CancellationToken.None);
        return program.Wait();
    }

    int ParentOf(string name)
    {
        Run($"echo $PPID > {name}").ExitCode.ShouldBe(0);
        return int.Parse(_space.Read(name));
    }
}
