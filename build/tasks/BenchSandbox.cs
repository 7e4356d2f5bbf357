namespace Kiln.Build;

/// <summary>What a sandbox adds to a trivial stage, beyond the start of the program that a C# stage's worker is.</summary>
[TaskDescription("Benchmark: trivial stages in and outside a sandbox, in C# and as commands, and what the engine itself takes for one; medians of 7.")]
sealed class BenchSandbox : Stage
{
    const int Rounds = 7, Few = 20;

    protected override async Task RunAsync(StageRun run)
    {
        using var space = new BenchSpace();
        await File.WriteAllTextAsync(Path.Combine(space.Root, SandboxTrials.Mark), "trial", run.Cancellation);
        var (start, inside, outside, commandInside, commandOutside, all) = (new List<double>(), new List<double>(), new List<double>(), new List<double>(), new List<double>(), new List<double>());
        for (var i = 0; i < Rounds; i++)
        {
            start.Add(await TimeAsync("--dryrun", "--pipeline", "sandbox-trials", "--target", "SandboxTrial"));
            inside.Add(await TimePerStageAsync("SandboxTrial", "--sandbox"));
            outside.Add(await TimePerStageAsync("SandboxTrial", "--no-sandbox"));
            all.Add(await TimeAsync("--pipeline", "sandbox-trials", "--target", "SandboxTrial", "--force", "--jobs", "1", "--no-sandbox"));
            commandInside.Add(await TimePerStageAsync("SandboxCommand", "--sandbox"));
            commandOutside.Add(await TimePerStageAsync("SandboxCommand", "--no-sandbox"));
        }

        // Of each the difference within a round: what else the machine does changes more slowly.
        var worker = BenchSpace.Median(inside.Zip(outside, (with, without) => with - without));
        var own = BenchSpace.Median(start);
        var command = BenchSpace.Median(commandInside.Zip(commandOutside, (with, without) => with - without));
        run.Conclude($"a C# stage: {worker:0.0} ms more in a sandbox; its worker's own start {own:0.0} ms (declaring, nothing run), so the sandbox {worker - own:0.0} ms");
        var overhead = BenchSpace.Median(all.Zip(outside, (all, few) => (all - few * Few) / (SandboxTrials.Count - Few)));
        run.Conclude($"a C# stage in the engine's own process: {overhead:0.00} ms each beyond the first {Few}, reading, storing and copying a small file among them");
        run.Conclude($"a command:  {command:0.0} ms more in a sandbox; {BenchSpace.Median(commandOutside):0.0} ms outside it, the run's own start among them");

        async Task<double> TimeAsync(params string[] arguments) => (await space.RunAsync(run.Cancellation, arguments)).Time.TotalMilliseconds;

        async Task<double> TimePerStageAsync(string target, string sandbox) =>
            await TimeAsync("--pipeline", "sandbox-trials", "--target", target, "--force", "--jobs", "1", "--partitions", $"0..{Few - 1}", sandbox) / Few;
    }
}
