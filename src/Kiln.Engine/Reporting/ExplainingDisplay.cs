using Kiln.Planning;
using Kiln.Running;

namespace Kiln.Reporting;

/// <summary>Another display, with the reasoning behind each stage as it settles.</summary>
sealed class ExplainingDisplay(IRunDisplay display, Func<StageReport, string> explain) : IRunDisplay
{
    public void Started(PlannedStage stage, bool isRestore) => display.Started(stage, isRestore);

    public void Progressed(StageProgress progress) => display.Progressed(progress);

    public void Noted(string message) => display.Noted(message);

    public void Printed(string line) => display.Printed(line);

    public void Settled(StageReport report)
    {
        display.Settled(report);
        display.Noted(explain(report));
    }

    public void Dispose() => display.Dispose();
}
