using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Kiln.Running;
using Microsoft.Win32.SafeHandles;

namespace Kiln.Hosting;

/// <summary>
/// The other end of <see cref="WorkerRun"/>: declares the pipeline as the caller did, and runs one stage's body. It takes no lock, opens no
/// ledger and knows nothing of what is up to date; everything it has to say goes to the caller.
/// </summary>
sealed partial class WorkerHost(IReadOnlyList<PipelineDefinition> pipelines) : IDisposable
{
    /// <summary>How often a stage's progress is told.</summary>
    static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);

    readonly WorkerWire _wire = new(new SafeFileHandle(WorkerWord.Answered, ownsHandle: true), new SafeFileHandle(WorkerWord.Telling, ownsHandle: true));
    readonly ConcurrentDictionary<StageProgress, (long At, long Done)> _told = [];

    public async Task<int> RunAsync(string requestFile, CancellationToken cancellation)
    {
        _ = KeepToMyself(WorkerWord.Telling, SetDescriptorFlags, CloseOnExecute);
        _ = KeepToMyself(WorkerWord.Answered, SetDescriptorFlags, CloseOnExecute);
        var asked = WorkerRequest.Read(requestFile);
        Stage? stage = null;
        try
        {
            var run = RunOf(asked, cancellation);
            stage = run.Node.Stage;
            // Who waits here for its end keeps the time.
            using (var endless = new Deadline(Execution.Default, cancellation)) await endless.CallAsync(run);
            TellRest();
            foreach (var (name, value) in run.Metrics) _wire.Say(WorkerWord.Metric, name, value);
            _wire.Say(WorkerWord.Done);
        }
        catch (Exception error)
        {
            var known = (KilnException)StageExecutor.Explained(asked.Stage, error);
            _wire.Say(WorkerWord.Failed, WorkerException.Values(known, error, stage?.IsTransient(error) == true));
        }

        Environment.Exit(0); // all is told: a thread that the body left at work would keep the process
        return 0;
    }

    StageRun RunOf(WorkerRequest asked, CancellationToken cancellation)
    {
        var request = new Request { Verb = Verb.Run, Targets = [asked.Stage], Workspace = asked.Workspace, Overrides = asked.Overrides, Arguments = [] };
        var graph = new PipelineChoice(pipelines, request).Declare(pipelines.First(pipeline => pipeline.Name == asked.Pipeline)).Graph;
        var node = graph.Stages.FirstOrDefault(stage => stage.Name == asked.Stage) ?? throw SandboxErrors.DeclaredOtherwise(asked.Stage);
        var wires = new StageRunWires(Facts, Progressed, note => _wire.Say(WorkerWord.Note, note), _ => { }, text => _wire.Say(WorkerWord.Conclude, text), asked.Grant, cancellation);
        return new StageRun(node, asked.Workspace, asked.Staging, asked.Checkpoints, wires);
    }

    /// <summary>Asked for by few stages, and only then.</summary>
    RunFacts Facts()
    {
        _wire.Say(WorkerWord.Facts);
        return FactsOnWire.Read((_wire.Hear() ?? throw new IOException("The run is gone."))[1]);
    }

    void Progressed(StageProgress progress)
    {
        if (!_told.TryGetValue(progress, out var last)) TellRest();
        else if (Environment.TickCount64 - last.At < Interval.TotalMilliseconds) return;
        Tell(progress);
    }

    void Tell(StageProgress progress)
    {
        var done = progress.Done;
        _told[progress] = (Environment.TickCount64, done);
        _wire.Say(WorkerWord.Progress, progress.What, progress.Total, progress.Unit, done, progress.Detail);
    }

    /// <summary>What was passed over for coming too soon is told before something else is.</summary>
    void TellRest()
    {
        foreach (var (progress, last) in _told)
            if (progress.Done != last.Done) Tell(progress);
    }

    public void Dispose() => _wire.Dispose();

    const int SetDescriptorFlags = 2, CloseOnExecute = 1;

    /// <summary>Programs that the stage starts do not get it.</summary>
    [LibraryImport("libc", EntryPoint = "fcntl")]
    private static partial int KeepToMyself(int descriptor, int command, int value);
}
