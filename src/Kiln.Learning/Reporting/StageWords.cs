namespace Kiln.Learning.Reporting;

/// <summary>A stage's state, as pages say it.</summary>
static class StageWords
{
    /// <summary>Outcome, time and partitions, as far as there is something to say.</summary>
    public static string Facts(RunNode node)
    {
        var facts = Of(node.State);
        if (node.Seconds > 0) facts += $" · {node.Seconds:0.00} s";
        return node.Partitions > 1 ? $"{facts} · {node.Partitions:N0} parts" : facts;
    }

    public static string Of(StageState state) => state switch
    {
        StageState.UpToDate => "up to date",
        StageState.Restored => "restored",
        StageState.Ran => "ran",
        StageState.Skipped => "skipped",
        StageState.Failed => "failed",
        StageState.Cancelled => "cancelled",
        StageState.Running => "makes this page",
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, null),
    };
}
