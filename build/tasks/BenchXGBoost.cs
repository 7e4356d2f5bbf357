namespace Kiln.Build;

/// <summary>Training and scoring in Kiln.XGBoost and in the Python package on the same library, paired, and beside the command line.</summary>
[TaskDescription("Benchmark: boosted trees against Python's xgboost and its command line (python3-xgboost).")]
sealed class BenchXGBoost : Stage
{
    protected override async Task RunAsync(StageRun run)
    {
        if (await Shell.RunAsync("tests/peers/xgboost/bench.sh", [], run.Note, run.Cancellation) != 0)
            throw new KilnException("The comparison with Python's xgboost failed:", [], "Install python3-xgboost; the lines above say more.");
    }
}
