namespace Kiln.Build;

/// <summary>The whole fraud pipeline on its default data, from nothing, twice: time, peak memory, and whether the bits agree.</summary>
[TaskDescription("Benchmark: the whole fraud pipeline cold, twice; time, memory, same bits.")]
sealed class BenchPipeline : Stage
{
    protected override async Task RunAsync(StageRun run)
    {
        using var first = new BenchSpace();
        using var second = new BenchSpace();
        foreach (var space in new[] { first, second })
        {
            var (time, _) = await space.RunAsync(run.Cancellation, "--target", "Report");
            var (_, shown) = await space.RunAsync(run.Cancellation, "show", "last");
            run.Conclude($"whole pipeline, cold: {time.TotalSeconds:0.0} s, {shown.Split('\n').First(line => line.StartsWith("peak memory", StringComparison.Ordinal))}");
        }

        var made = first.Made();
        run.Conclude(BenchSpace.Difference(made, second.Made()) is { } path ? $"two cold runs DIFFER first in {path}" : $"two cold runs: {made.Count} files, all bit-identical");
    }
}
