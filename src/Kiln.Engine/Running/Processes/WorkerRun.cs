using System.Runtime.InteropServices;
using System.Text.Json;
using Microsoft.Win32.SafeHandles;

namespace Kiln.Running;

/// <summary>
/// Runs the body of a C# stage in a worker: this same program, started again in a sandbox, which declares the pipeline again, runs the one
/// stage, and tells how it goes.
/// </summary>
sealed partial class WorkerRun(StageRun run, WorkerPlace place)
{
    readonly string _scratch = run.Scratch;
    readonly Dictionary<string, StageProgress> _progress = [];
    bool _isDone;
    JsonElement[]? _failure;

    /// <summary>Waits in the calling thread; a task is what bodies return.</summary>
    public Task ExecuteAsync()
    {
        Directory.CreateDirectory(_scratch);
        var hadCheckpoints = Directory.Exists(run.CheckpointFolder);
        Directory.CreateDirectory(run.Staging);
        Directory.CreateDirectory(run.CheckpointFolder); // a rule can only be about what is there
        try
        {
            var end = Converse();
            run.Usage = new StageUsage(end.Processor.TotalSeconds, end.PeakMemory, null, null);
            var printed = end.IsSilent ? [] : StageLog.Keep(run, Log); // also of one that was stopped
            run.Cancellation.ThrowIfCancellationRequested();
            Judge(end, printed);
            return Task.CompletedTask;
        }
        finally
        {
            if (!hadCheckpoints && Directory.Exists(run.CheckpointFolder) && !Directory.EnumerateFileSystemEntries(run.CheckpointFolder).Any()) Directory.Delete(run.CheckpointFolder);
        }
    }

    ChildEnd Converse()
    {
        var request = Path.Combine(_scratch, "request");
        new WorkerRequest
        {
            Pipeline = place.Pipeline,
            Workspace = run.Workspace,
            Overrides = place.Overrides,
            Stage = run.Node.Name,
            Staging = run.Staging,
            Checkpoints = run.CheckpointFolder,
            Grant = new Grant(run.Cpus, run.Gpus),
        }.Write(request);

        var (hearing, telling) = MakePipe();
        var (answered, answering) = MakePipe();
        using var wire = new WorkerWire(hearing, answering);
        var (program, arguments) = WorkerPlace.SameProgram("worker", request);
        var start = new ChildStart(program, arguments, WorkerPlace.Environment(run), Directory.GetCurrentDirectory(), Log)
        {
            Descriptors = [(int)telling.DangerousGetHandle(), (int)answered.DangerousGetHandle()],
            Grace = run.Node.Stage.Execution.GraceOfProgram,
        };
        var rules = new Sandbox(run, _scratch).Rules(place.Readable(run.Workspace), place.Listed, [run.CheckpointFolder]);
        using var child = new LaunchedProgram(start, rules, run.Cancellation);
        telling.Dispose();
        answered.Dispose();
        while (!_isDone && wire.Hear() is { } words) Take(words, wire);
        return child.Wait();
    }

    string Log => Path.Combine(_scratch, "log");

    void Take(JsonElement[] words, WorkerWire wire)
    {
        string Text(int i) => words[i].GetString()!;
        switch (words[0].GetString())
        {
            case WorkerWord.Note:
                run.Note(Text(1));
                break;
            case WorkerWord.Conclude:
                run.Conclude(Text(1));
                break;
            case WorkerWord.Progress:
                if (!_progress.TryGetValue(Text(1), out var progress)) _progress[Text(1)] = progress = run.Progress(Text(1), words[2].GetInt64(), Text(3));
                progress.Add(words[4].GetInt64() - progress.Done, Text(5));
                break;
            case WorkerWord.Metric:
                run.Metric(Text(1), double.Parse(Text(2)));
                break;
            case WorkerWord.Facts:
                wire.Say(WorkerWord.Facts, FactsOnWire.Write(run.Facts));
                break;
            case WorkerWord.Failed:
                _failure = words;
                _isDone = true;
                break;
            case WorkerWord.Done:
                _isDone = true;
                break;
        }
    }

    void Judge(ChildEnd end, IReadOnlyList<string> printed)
    {
        var report = end.Report;
        if (new Sandbox(run, _scratch).Undeclared(report) is { Count: > 0 } undeclared) throw SandboxErrors.UndeclaredRead(run.Node.Stage, undeclared, []);
        if (_failure is not null) throw WorkerException.Of(_failure, report, run.Node.Stage);
        if (!_isDone || end.ExitCode != 0 || end.Signal != 0) throw SandboxErrors.WorkerDied(run.Node.Stage, end, report, CommandErrors.Lines(printed));
        foreach (var line in printed) run.Printed(line);
    }

    static unsafe (SafeFileHandle Reading, SafeFileHandle Writing) MakePipe()
    {
        var ends = stackalloc int[2];
        if (Pipe(ends, CloseOnExecute) != 0) throw new System.ComponentModel.Win32Exception();
        return (new SafeFileHandle(ends[0], ownsHandle: true), new SafeFileHandle(ends[1], ownsHandle: true));
    }

    const int CloseOnExecute = 0x80000;

    [LibraryImport("libc", EntryPoint = "pipe2", SetLastError = true)]
    private static unsafe partial int Pipe(int* ends, int flags);
}
