namespace Kiln.Running;

/// <summary>
/// How the partitions of each stage fare. They do not depend on each other: one that fails, on a bad day's data, stops none of the others. Where
/// ten have failed and none was made, it is the stage that is wrong, and the rest would fail too.
/// </summary>
sealed class PartitionTally
{
    const int Enough = 10;

    readonly Dictionary<string, (int Made, int Failed)> _counts = new(StringComparer.Ordinal);

    public void Count(StageReport report)
    {
        var (made, failed) = _counts.GetValueOrDefault(report.Node.Stage.Name);
        _counts[report.Node.Stage.Name] = (made + (report.Outcome.IsMade ? 1 : 0), failed + (report.Outcome is Outcome.Failed ? 1 : 0));
    }

    public bool AreHopeless(string stage) => _counts.GetValueOrDefault(stage) is { Made: 0, Failed: >= Enough };
}
