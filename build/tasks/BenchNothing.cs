namespace Kiln.Build;

/// <summary>How long <c>./build.sh --target Report</c> takes with nothing changed, beside the start of a program that does nothing.</summary>
[TaskDescription("Benchmark: ./build.sh --target Report with nothing changed; median of 21.")]
sealed class BenchNothing : Stage
{
    const int Rounds = 21;

    protected override async Task RunAsync(StageRun run)
    {
        using var space = new BenchSpace();
        await space.RunAsync(run.Cancellation, "--target", "Report");
        var whole = new List<double>();
        var empty = new List<double>();
        for (var i = 0; i < Rounds; i++)
        {
            whole.Add(await TimeAsync(run, "./build.sh", "--working", space.Root, "--target", "Report"));
            empty.Add(await TimeAsync(run, "./build.sh", "--version"));
        }

        run.Conclude($"./build.sh --target Report, nothing changed: median {BenchSpace.Median(whole) * 1000:0} ms of {Rounds} (fastest {whole.Min() * 1000:0} ms)");
        run.Conclude($"./build.sh --version, for comparison:        median {BenchSpace.Median(empty) * 1000:0} ms");
    }

    static async Task<double> TimeAsync(StageRun run, string program, params string[] arguments)
    {
        var clock = System.Diagnostics.Stopwatch.StartNew();
        var exitCode = await Shell.RunAsync(program, arguments, _ => { }, run.Cancellation);
        return exitCode == 0 ? clock.Elapsed.TotalSeconds : throw new KilnException("A timed run failed:", [("exit code", exitCode.ToString())], "");
    }
}
