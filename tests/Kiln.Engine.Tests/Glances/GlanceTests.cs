using System.Runtime.CompilerServices;
using Kiln.Fingerprinting;
using Kiln.Hosting;

namespace Kiln.Tests;

/// <summary>A start that answers from what the last one saw: it has to be the answer that the long way would give.</summary>
public sealed class GlanceTests : IDisposable
{
    readonly PipelineSpace _space = new();

    public GlanceTests()
    {
        _space.Write("graph.txt", "header ");
        _space.Write("listed.txt", "one two");
        _space.Write("days/monday", "m");
        _space.Write("days/tuesday", "t");
        _space.Write("texts/a", "a");
        _space.Write("texts/deep/b", "b");
        _space.WriteSettings("steady:\n  loud: false\n");
    }

    public void Dispose() => _space.Dispose();

    [Fact]
    public async Task The_third_start_declares_nothing_and_prints_what_the_second_did()
    {
        (await DeclaredByAsync(1)).ShouldBeGreaterThan(0);
        await SettleAsync();
        var second = await RunAsync();
        (await DeclaredByAsync(1)).ShouldBe(0);
        var third = await RunAsync();
        Untimed(third).ShouldBe(Untimed(second));
        third.ShouldContain("Joined");
        third.ShouldContain("5 up to date; ");
    }

    /// <summary>Each row changes one thing that the answer hangs on; what is expected is how many stages then run or are restored.</summary>
    [Theory]
    [InlineData("a source of a command", 1)]
    [InlineData("a file in a folder", 2)]
    [InlineData("a new file in a folder", 2)]
    [InlineData("a file gone from a folder", 2)]
    [InlineData("a file in a folder renamed", 2)]
    [InlineData("a file of the declaration", 2)]
    [InlineData("a new file that is listed", 1)]
    [InlineData("what a stage lists", 2)]
    [InlineData("an output edited", 1)]
    [InlineData("an output gone", 1)]
    [InlineData("a file in an output folder edited", 1)]
    [InlineData("a file more in an output folder", 1)]
    [InlineData("the settings", 2)]
    [InlineData("the lock file gone", 0)]
    [InlineData("a source edited, with its old time and size", 1)]
    public async Task Whatever_is_changed_is_noticed(string what, int settled)
    {
        await SettleAsync();
        (await DeclaredByAsync(1)).ShouldBe(0);
        Change(what);
        (await DeclaredByAsync(1)).ShouldBeGreaterThan(0);
        Reports().ShouldBe(settled, _printed);
        _space.Has("pipelines/test/pipeline.lock").ShouldBeTrue();
    }

    [Fact]
    public async Task A_source_behind_a_link_is_looked_at_where_the_link_leads()
    {
        _space.Write("elsewhere/one", "1");
        _space.Write("elsewhere/two", "2");
        File.CreateSymbolicLink(_space.PathOf("days/linked"), _space.PathOf("elsewhere/one"));
        await SettleAsync();
        _space.Write("elsewhere/one", "3");
        (await DeclaredByAsync(1)).ShouldBeGreaterThan(0);
        _space.Read("out/linked").ShouldBe("3");
        await SettleAsync();
        File.Delete(_space.PathOf("days/linked"));
        File.CreateSymbolicLink(_space.PathOf("days/linked"), _space.PathOf("elsewhere/two"));
        (await DeclaredByAsync(1)).ShouldBeGreaterThan(0);
        _space.Read("out/linked").ShouldBe("2");
    }

    [Fact]
    public async Task A_program_that_comes_first_once_it_may_be_executed_is_noticed()
    {
        _space.Write("tool", "");
        _space.Write("first/tool", "#!/bin/sh\necho first >$1\n");
        _space.Write("second/tool", "#!/bin/sh\necho second >$1\n");
        File.SetUnixFileMode(_space.PathOf("first/tool"), UnixFileMode.UserRead);
        File.SetUnixFileMode(_space.PathOf("second/tool"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
        await SettleAsync();
        _space.Read("out/tool").ShouldBe("second\n");
        (await DeclaredByAsync(1)).ShouldBe(0);
        File.SetUnixFileMode(_space.PathOf("first/tool"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
        (await DeclaredByAsync(1)).ShouldBeGreaterThan(0);
    }

    [Theory]
    [InlineData("--target", "Lister")]
    [InlineData("--verbosity", "quiet")]
    [InlineData("--set", "steady.loud=true")]
    [InlineData("--force")]
    [InlineData("--explain")]
    public async Task Another_command_line_is_another_question(params string[] arguments)
    {
        await SettleAsync();
        (await DeclaredByAsync(1, arguments)).ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task A_variable_that_a_stage_is_given_is_compared()
    {
        await SettleAsync();
        Environment.SetEnvironmentVariable(SteadyPipeline.Variable, "other");
        try
        {
            (await DeclaredByAsync(1)).ShouldBeGreaterThan(0);
            Reports().ShouldBe(2, _printed);
        }
        finally
        {
            Environment.SetEnvironmentVariable(SteadyPipeline.Variable, null);
        }
    }

    [Fact]
    public async Task A_copy_of_a_workspace_is_looked_at_for_itself()
    {
        await SettleAsync();
        using var copy = new PipelineSpace();
        using (var copying = System.Diagnostics.Process.Start("cp", ["-a", _space.Root + "/.", copy.Root])) await copying.WaitForExitAsync();
        await SettleAsync(root: copy.Root); // the copies are younger than what they are copies of
        copy.Write("days/monday", "x");
        (await RunCodeAsync(root: copy.Root)).ShouldBe(0, _printed);
        copy.Read("out/monday").ShouldBe("x");
        foreach (var file in copy.Files(".kiln/glances")) File.Copy(_space.PathOf(_space.Files(".kiln/glances")[0]), copy.PathOf(file), overwrite: true);
        copy.Write("days/monday", "y");
        (await RunCodeAsync(root: copy.Root)).ShouldBe(0, _printed);
        copy.Read("out/monday").ShouldBe("y");
    }

    [Fact]
    public async Task What_is_forgotten_is_looked_up_again()
    {
        await SettleAsync();
        File.Delete(_space.PathOf(".kiln/state"));
        (await DeclaredByAsync(1)).ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task After_a_run_that_died_the_long_way_is_taken()
    {
        await SettleAsync();
        _space.Write(".kiln/owner", "process 1");
        (await DeclaredByAsync(1)).ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task What_changed_a_moment_before_it_was_looked_at_is_looked_at_again()
    {
        await SettleAsync();
        File.SetLastWriteTimeUtc(_space.PathOf("days/monday"), DateTime.UtcNow);
        await DeclaredByAsync(1);
        (await DeclaredByAsync(1)).ShouldBeGreaterThan(0);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(40)]
    [InlineData(-1)]
    public async Task A_damaged_answer_is_none(int at)
    {
        await SettleAsync();
        var file = _space.Files(".kiln/glances").ShouldHaveSingleItem();
        var bytes = File.ReadAllBytes(_space.PathOf(file));
        bytes[at < 0 ? bytes.Length + at : at] ^= 1;
        File.WriteAllBytes(_space.PathOf(file), bytes);
        (await DeclaredByAsync(1)).ShouldBeGreaterThan(0);
        File.WriteAllBytes(_space.PathOf(file), bytes[..20]);
        (await DeclaredByAsync(1)).ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task A_failed_run_is_never_answered_so()
    {
        _space.Write("listed.txt", "one/two");
        for (var i = 0; i < 3; i++)
        {
            (await RunCodeAsync()).ShouldNotBe(0);
            Thread.Sleep(30);
        }
    }

    [Theory]
    [InlineData(nameof(UnsteadyPipelines.NothingOfTheKind), true)]
    [InlineData(nameof(UnsteadyPipelines.LocalTime), true)]
    [InlineData(nameof(UnsteadyPipelines.OrdinaryCode), true)]
    [InlineData(nameof(UnsteadyPipelines.TodayInATime), false)]
    [InlineData(nameof(UnsteadyPipelines.HashCode), false)]
    [InlineData(nameof(UnsteadyPipelines.ConverterOfAType), false)]
    [InlineData(nameof(UnsteadyPipelines.ConverterOfAListsType), false)]
    [InlineData(nameof(UnsteadyPipelines.ValidatorOfASetting), false)]
    [InlineData(nameof(UnsteadyPipelines.TimesOfASetting), false)]
    [InlineData(nameof(UnsteadyPipelines.TodayThroughAnInterface), false)]
    [InlineData(nameof(UnsteadyPipelines.AccessorToAClock), false)]
    [InlineData(nameof(UnsteadyPipelines.TimesInARange), false)]
    [InlineData(nameof(UnsteadyPipelines.ComparersHashCode), false)]
    [InlineData(nameof(UnsteadyPipelines.OwnHashCode), false)]
    [InlineData(nameof(UnsteadyPipelines.OrderOfASet), false)]
    [InlineData(nameof(UnsteadyPipelines.OrderOfADictionary), false)]
    [InlineData(nameof(UnsteadyPipelines.OrderOfAConcurrentDictionary), false)]
    [InlineData(nameof(UnsteadyPipelines.ExpressionOfAClock), false)]
    [InlineData(nameof(UnsteadyPipelines.InstalledCulture), false)]
    [InlineData(nameof(UnsteadyPipelines.PropertyOfAnObject), false)]
    [InlineData(nameof(UnsteadyPipelines.Shuffled), false)]
    [InlineData(nameof(UnsteadyPipelines.FileThroughHelpers), false)]
    [InlineData(nameof(UnsteadyPipelines.ClockInALambda), false)]
    [InlineData(nameof(UnsteadyPipelines.ClockInAConstructor), false)]
    [InlineData(nameof(UnsteadyPipelines.ClockInAProperty), false)]
    [InlineData(nameof(UnsteadyPipelines.ClockInABaseClass), false)]
    [InlineData(nameof(UnsteadyPipelines.ClockBehindAnInterface), false)]
    [InlineData(nameof(UnsteadyPipelines.ClockInAnIterator), false)]
    [InlineData(nameof(UnsteadyPipelines.VariableInAStaticField), false)]
    [InlineData(nameof(UnsteadyPipelines.ChanceInSettings), false)]
    [InlineData(nameof(UnsteadyPipelines.NativeCode), false)]
    [InlineData(nameof(UnsteadyPipelines.APackage), false)]
    [InlineData(nameof(UnsteadyPipelines.DecidesWhetherItRuns), false)]
    [InlineData(nameof(UnsteadyPipelines.PinnedHelper), false)]
    public async Task A_declaration_that_may_come_out_otherwise_is_gone_through_every_time(string name, bool isSteady)
    {
        _space.Write("in.txt", "x");
        File.Delete(_space.PathOf("pipelines/test/settings.yaml"));
        var declare = typeof(UnsteadyPipelines).GetMethod(name)!.CreateDelegate<Action<PipelineBuilder>>();
        await SettleAsync(declare);
        _space.Files(".kiln/glances").Any().ShouldBe(isSteady, _printed);
    }

    [Fact]
    public async Task A_declaration_that_holds_values_is_gone_through_every_time()
    {
        var word = "a";
        File.Delete(_space.PathOf("pipelines/test/settings.yaml"));
        await SettleAsync(pipeline => pipeline.Add(new EchoStage(word)));
        _space.Files(".kiln/glances").ShouldBeEmpty();
    }

    [Fact]
    public async Task A_program_that_looks_outside_before_it_runs_a_pipeline_gets_no_short_answers()
    {
        var looks = typeof(GlanceTests).GetMethod(nameof(LooksOutside), System.Reflection.BindingFlags.NonPublic | System.Reflection.BindingFlags.Static)!;
        for (var i = 0; i < 3; i++)
        {
            await Task.Run(() => KilnHost.CreateFrom(looks).Add(SteadyPipeline.Definition).In(_space.Root).Run([]));
            Thread.Sleep(30);
        }

        _space.Files(".kiln/glances").ShouldBeEmpty();
    }

    static void LooksOutside() => _ = Environment.GetEnvironmentVariable("HOME");

    string _printed = "";

    /// <summary>Runs until a run has left what the next one needs: stamps have to grow old enough to vouch for anything.</summary>
    async Task SettleAsync(Action<PipelineBuilder>? declare = null, string? root = null)
    {
        (await RunCodeAsync([], declare, root)).ShouldBe(0, _printed);
        Thread.Sleep(30);
        (await RunCodeAsync([], declare, root)).ShouldBe(0, _printed);
        _printed.ShouldNotContain(" ran", Case.Sensitive, _printed);
    }

    /// <summary>How often some runs declared the pipeline.</summary>
    async Task<int> DeclaredByAsync(int runs, params string[] arguments)
    {
        var before = SteadyPipeline.Declared.GetValueOrDefault(_space.Root);
        for (var i = 0; i < runs; i++) (await RunCodeAsync(arguments)).ShouldBe(0, _printed);
        return SteadyPipeline.Declared.GetValueOrDefault(_space.Root) - before;
    }

    async Task<string> RunAsync()
    {
        (await RunCodeAsync()).ShouldBe(0, _printed);
        return _printed;
    }

    async Task<int> RunCodeAsync(string[]? arguments = null, Action<PipelineBuilder>? declare = null, string? root = null)
    {
        using var printed = new StringWriter();
        RoutedConsole.SendTo(printed);
        var host = KilnHost.CreateFrom(typeof(SteadyPipeline).GetMethod(nameof(SteadyPipeline.Begin))!).Add(declare is null ? SteadyPipeline.Definition : new PipelineDefinition("test", declare)).In(root ?? _space.Root);
        var code = await Task.Run(() => host.Run(arguments ?? []));
        _printed = printed.ToString();
        return code;
    }

    /// <summary>How many stages the last run ran or restored, by its last line.</summary>
    int Reports() => System.Text.RegularExpressions.Regex.Matches(_printed.TrimEnd('\n').Split('\n')[^1], @"(\d+) (ran|restored)").Sum(match => int.Parse(match.Groups[1].Value));

    static string Untimed(string printed) => System.Text.RegularExpressions.Regex.Replace(printed, @"\d+ ms", "");

    void Change(string what)
    {
        switch (what)
        {
            case "a source of a command": _space.Write("days/monday", "x"); break;
            case "a file in a folder": _space.Write("texts/deep/b", "x"); break;
            case "a new file in a folder": _space.Write("texts/deep/c", "x"); break;
            case "a file gone from a folder": File.Delete(_space.PathOf("texts/deep/b")); break;
            case "a file in a folder renamed": File.Move(_space.PathOf("texts/deep/b"), _space.PathOf("texts/deep/c")); break;
            case "a file of the declaration": _space.Write("graph.txt", "other "); break;
            case "a new file that is listed": _space.Write("days/sunday", "s"); break;
            case "what a stage lists": _space.Write("listed.txt", "one two three"); break;
            case "an output edited": _space.Write("out/monday", "x"); break;
            case "an output gone": File.Delete(_space.PathOf("out/monday")); break;
            case "a file in an output folder edited": _space.Write("out/joined/one/text", "x"); break;
            case "a file more in an output folder": _space.Write("out/joined/one/more", "x"); break;
            case "the settings": _space.WriteSettings("steady:\n  loud: true\n"); break;
            case "the lock file gone": File.Delete(_space.PathOf("pipelines/test/pipeline.lock")); break;
            case "a source edited, with its old time and size":
                var time = File.GetLastWriteTimeUtc(_space.PathOf("days/monday"));
                _space.Write("days/monday", "x");
                File.SetLastWriteTimeUtc(_space.PathOf("days/monday"), time);
                break;
            default: throw new SwitchExpressionException(what);
        }
    }
}
