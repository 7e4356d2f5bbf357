using System.Diagnostics;

namespace Kiln.Build;

/// <summary>Kills runs of the fraud pipeline at random moments, then runs it normally: the result must be that of a run left alone.</summary>
[TaskDescription("Benchmark: kill -9 at 20 random moments of a run, then a normal run; always the undisturbed result.")]
sealed class BenchCrash : Stage
{
    const int Rounds = 20;

    protected override async Task RunAsync(StageRun run)
    {
        // Fewer days and epochs than by default: kills, not training, are what is tried here.
        string[] arguments = ["--target", "Report", "--set", "simulate.days=150", "--set", "train.epochs=8"];
        using var calm = new BenchSpace();
        var (time, _) = await calm.RunAsync(run.Cancellation, arguments);
        var expected = calm.Made();
        var random = new Random(1);
        var progress = run.Progress("killing", Rounds, "runs");
        var (wrong, died) = (0, 0);
        for (var i = 0; i < Rounds; i++)
        {
            using var space = new BenchSpace();
            using (var process = space.Start(arguments))
            {
                _ = process.StandardOutput.ReadToEndAsync(run.Cancellation);
                _ = process.StandardError.ReadToEndAsync(run.Cancellation);
                await Task.Delay(time * random.NextDouble(), run.Cancellation);
                if (!process.HasExited) died++;
                process.Kill();
                await process.WaitForExitAsync(run.Cancellation);
            }

            await space.RunAsync(run.Cancellation, arguments);
            if (BenchSpace.Difference(expected, space.Made()) is { } path)
            {
                wrong++;
                run.Conclude($"kill {i + 1}: {path} differs");
            }

            progress.Add(1);
        }

        run.Conclude($"kill -9 in {Rounds} runs ({died} were still running): {Rounds - wrong} ended in the undisturbed result ({expected.Count} files each)");
        if (wrong > 0) throw new KilnException("Kills changed results:", [("rounds", wrong.ToString())], "");
    }
}
