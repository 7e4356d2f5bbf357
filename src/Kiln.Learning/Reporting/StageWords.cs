namespace Kiln.Learning.Reporting;

/// <summary>A stage's state, as pages say it.</summary>
static class StageWords
{
    public static string Of(StageState state) => state switch
    {
        StageState.UpToDate => "up to date",
        StageState.Restored => "restored",
        StageState.Ran => "ran",
        StageState.Skipped => "skipped",
        StageState.Failed => "failed",
        StageState.Cancelled => "cancelled",
        StageState.Running => "running",
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, null),
    };
}
