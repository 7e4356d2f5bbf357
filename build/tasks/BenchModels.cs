namespace Kiln.Build;

/// <summary>Kiln's trainer beside PyTorch loops, scoring beside PyTorch, and the trainer's memory over 20,000 steps.</summary>
[TaskDescription("Benchmark: the trainer's epochs and models' scoring against PyTorch on the same libtorch (python3-torch).")]
sealed class BenchModels : Stage
{
    protected override async Task RunAsync(StageRun run)
    {
        (string Script, string[] Arguments)[] all = [("bench.sh", ["train"]), ("bench.sh", ["score"]), ("memory.sh", [])];
        foreach (var (script, arguments) in all)
        {
            if (await Shell.RunAsync("tests/peers/learning/" + script, arguments, run.Note, run.Cancellation) != 0)
                throw new KilnException("A comparison with PyTorch failed:", [("script", string.Join(' ', [script, .. arguments]))], "Install python3-torch; the lines above say more.");
        }
    }
}
