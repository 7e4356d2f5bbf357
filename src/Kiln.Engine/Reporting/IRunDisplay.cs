using Kiln.Planning;
using Kiln.Running;

namespace Kiln.Reporting;

/// <summary>Shows a run while it goes: live bars on a terminal, plain lines elsewhere. Called from several threads.</summary>
interface IRunDisplay : IDisposable
{
    void Started(PlannedStage stage, bool isRestore);

    void Progressed(StageProgress progress);

    void Noted(string message);

    /// <summary>A line that a stage's program printed.</summary>
    void Printed(string line);

    void Settled(StageReport report);
}
