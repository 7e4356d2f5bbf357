namespace Kiln.Build;

/// <summary>Epochs of three networks in Kiln.Torch and in PyTorch on the same libtorch, with and without a DataLoader, paired.</summary>
[TaskDescription("Benchmark: epochs against PyTorch on the same libtorch (python3-torch).")]
sealed class BenchTraining : Stage
{
    protected override async Task RunAsync(StageRun run)
    {
        if (await Shell.RunAsync("tests/peers/torch/bench.sh", [], run.Note, run.Cancellation) != 0)
            throw new KilnException("The comparison with PyTorch failed:", [], "Install python3-torch; the lines above say more.");
    }
}
