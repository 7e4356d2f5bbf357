using System.Collections.Immutable;
using System.Diagnostics;

namespace Kiln.Tests;

/// <summary>What stages hold while they work is never more than there is.</summary>
public sealed class ResourceTests : IDisposable
{
    static readonly ImmutableSortedDictionary<string, int> NoTokens = ImmutableSortedDictionary<string, int>.Empty;

    readonly PipelineSpace _space = new();

    public void Dispose() => _space.Dispose();

    [Fact]
    public async Task Tokens_and_CPUs_are_never_exceeded()
    {
        var gate = new Lock();
        var (held, most, cpus, mostCpus) = (0, 0, 0, 0);
        Func<StageRun, Task> Holding(int tokens) => async run =>
        {
            lock (gate) (most, mostCpus) = (Math.Max(most, held += tokens), Math.Max(mostCpus, cpus += run.Cpus));
            await Task.Delay(3);
            lock (gate) (held, cpus) = (held - tokens, cpus - run.Cpus);
        };

        _space.Declare = pipeline =>
        {
            pipeline.Tokens("warehouse", 2);
            for (var i = 0; i < 40; i++)
            {
                var (tokens, wanted) = (i % 3, 1 + i % 4);
                pipeline.Add(new WorkingStage($"s{i}", Holding(tokens))
                {
                    Execution = new() { Cpus = wanted, Tokens = tokens == 0 ? NoTokens : NoTokens.Add("warehouse", tokens) },
                });
            }
        };
        await _space.SucceedAsync("--jobs", "6");
        most.ShouldBe(2);
        mostCpus.ShouldBe(6);
    }

    [Fact]
    public async Task A_stage_that_wants_more_CPUs_than_there_are_gets_all_and_runs_alone()
    {
        var cpus = 0;
        _space.Declare = pipeline => pipeline.Add(new WorkingStage("wide", run => Task.FromResult(cpus = run.Cpus)) { Execution = new() { Cpus = 64 } });
        await _space.SucceedAsync("--jobs", "3");
        cpus.ShouldBe(3);
    }

    [Theory]
    [InlineData("memory", "1000000 GiB (memory)")]
    [InlineData("gpus", "1000 (GPUs)")]
    [InlineData("tokens", "3 (tokens of warehouse)")]
    public async Task A_need_above_what_there_is_is_refused_before_anything_starts(string what, string told)
    {
        var hasStarted = false;
        Task Body(StageRun run) => Task.FromResult(hasStarted = true);
        _space.Declare = pipeline =>
        {
            pipeline.Tokens("warehouse", 2);
            pipeline.Add(new WorkingStage("easy", Body));
            pipeline.Add(new WorkingStage("hard", Body)
            {
                Execution = what switch
                {
                    "memory" => new() { MemoryGiB = 1_000_000 },
                    "gpus" => new() { Gpus = 1000 },
                    _ => new() { Tokens = NoTokens.Add("warehouse", 3) },
                },
            });
        };
        (await _space.RunAsync()).ShouldBe(2);
        _space.Printed.ShouldContain("A stage needs more than there is:");
        _space.Printed.ShouldContain(told);
        hasStarted.ShouldBeFalse();
    }

    [Theory]
    [InlineData("2", "GPU-aa,3", 2, "GPU-aa,3", "0,1")]
    [InlineData("1", "7, 5,-1,6", 1, "7", "0")] // what follows -1 is not seen
    public async Task GPUs_are_places_among_those_that_are_seen(string needed, string seen, int jobs, string program, string body)
    {
        _space.Write("gpus.txt", needed);
        using var host = HostProcess.StartWith(_space, new() { ["CUDA_VISIBLE_DEVICES"] = seen }, "seeing", "--jobs", jobs.ToString());
        (await host.EndsAsync()).ShouldBe(0, host.Printed);
        _space.Read("out/program.txt").ShouldBe(program + "\n");
        _space.Read("out/body.txt").ShouldBe(body);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-1,0")]
    public async Task GPUs_that_are_not_seen_are_none(string seen)
    {
        _space.Write("gpus.txt", "1");
        using var host = HostProcess.StartWith(_space, new() { ["CUDA_VISIBLE_DEVICES"] = seen }, "seeing");
        (await host.EndsAsync()).ShouldBe(2, host.Printed);
        host.Printed.ShouldContain("  needs     1 (GPUs)\n  there is  0\n");
    }

    [Fact]
    public async Task A_token_that_the_pipeline_does_not_have_is_refused_with_the_nearest_name()
    {
        _space.Declare = pipeline =>
        {
            pipeline.Tokens("warehousing", 2);
            pipeline.Add(new DeclaredStage("a", _ => Task.CompletedTask));
        };
        (await _space.RunAsync()).ShouldBe(2);
        _space.Printed.ShouldContain("A stage holds a token that the pipeline does not have:");
        _space.Printed.ShouldContain("Did you mean warehousing?");
    }

    [Fact]
    public void Attributes_say_how_a_stage_is_executed()
    {
        var execution = new DeclaredStage("a", _ => Task.CompletedTask).Execution;
        (execution.Cpus, execution.MemoryGiB, execution.Gpus, execution.Retries, execution.Timeout, execution.Tokens["warehouse"])
            .ShouldBe((2, 0.25, 0, 3, TimeSpan.FromSeconds(10), 1));
    }

    [Fact]
    public async Task How_a_stage_is_executed_is_not_part_of_its_fingerprint()
    {
        var how = Execution.Default;
        _space.Declare = pipeline => pipeline.Add(new WorkingStage("a", run =>
        {
            lock (_space.Ran) _space.Ran.Add("a");
            return Task.CompletedTask;
        })
        { Execution = how });
        await _space.SucceedAsync();
        how = new Execution { Cpus = 2, MemoryGiB = 0.1, Retries = 7, Pause = TimeSpan.FromSeconds(9), Timeout = TimeSpan.FromSeconds(60), Grace = TimeSpan.FromSeconds(1) };
        await _space.SucceedAsync();
        _space.Ran.ShouldBeEmpty();
    }

    [Fact]
    public async Task The_longest_path_of_the_last_run_goes_first()
    {
        var began = new List<string>();
        var clock = Stopwatch.StartNew();
        TimeSpan Lasts(string name) => name == "slow" ? TimeSpan.FromMilliseconds(150) + clock.Elapsed : TimeSpan.FromMilliseconds(1); // longer than all before it, however busy the machine is
        _space.Declare = pipeline =>
        {
            foreach (var name in new[] { "a", "b", "slow" })
                pipeline.Add(new WorkingStage(name, async _ =>
                {
                    lock (began) began.Add(name);
                    await Task.Delay(Lasts(name));
                }));
        };
        await _space.SucceedAsync("--jobs", "1");
        began.ShouldBe(["a", "b", "slow"], "nothing is known of any");
        began.Clear();
        await _space.SucceedAsync("--jobs", "1", "--force");
        began[0].ShouldBe("slow");
    }
}
