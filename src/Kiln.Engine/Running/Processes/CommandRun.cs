using System.ComponentModel;
using Kiln.Planning;

namespace Kiln.Running;

/// <summary>One execution of a command stage: lays out the folder it runs in, runs the program, and says what went wrong.</summary>
sealed class CommandRun(CommandStage stage, StageRun run)
{
    const int TooLong = 7, DiskFull = 28; // E2BIG, ENOSPC
    const int SmallestBlock = 4096; // less than this is free where not one more line can be kept

    readonly string _scratch = run.Scratch;
    readonly Sandbox _sandbox = new(run, run.Scratch);

    string Program => stage.ProgramPath ?? Path.GetFullPath(stage.Command[0], run.Staging);

    /// <summary>Beside the folders, which are emptied for the next stage: the file stays, and is begun anew.</summary>
    string Log => run.Staging + ".log";

    public void Execute()
    {
        Make(_scratch);
        LayOut();
        var end = RunProgram();
        run.Usage = new StageUsage(end.Processor.TotalSeconds, end.PeakMemory, null, null);
        var printed = end.IsSilent ? [] : StageLog.Keep(run, Log); // also of one that was stopped
        run.Cancellation.ThrowIfCancellationRequested();
        Judge(end, printed);
    }

    /// <summary>What the stage reads, as links under their own paths, and the folders its outputs belong in.</summary>
    void LayOut()
    {
        Make(run.Staging);
        var links = new InputLinks(new Workspace(run.Workspace).Links);
        var folders = new HashSet<string>(StringComparer.Ordinal) { run.Staging };
        var linked = new HashSet<string>(StringComparer.Ordinal);
        foreach (var output in run.Node.Outputs) MakeFolder(StageRun.StagedPath(run.Staging, output));
        // Folders come before what lies in them: a file in a linked folder is there already.
        foreach (var input in run.Node.Inputs.Where(input => !Path.IsPathRooted(input.Label) && IsInWorkspace(input)).OrderBy(input => input.Label, StringComparer.Ordinal))
        {
            var link = Path.Combine(run.Staging, input.Label);
            if (IsLinked(link)) continue;
            MakeFolder(link);
            links.Place(link, input.Path);
            linked.Add(link);
        }

        void MakeFolder(string file)
        {
            var folder = Path.GetDirectoryName(file)!;
            if (folders.Add(folder)) Make(folder);
        }

        bool IsLinked(string path)
        {
            for (var place = path; place.Length > run.Staging.Length; place = Path.GetDirectoryName(place)!)
                if (linked.Contains(place)) return true;
            return false;
        }
    }

    /// <summary>Most are there from the stage before: asking costs less than making.</summary>
    static void Make(string folder)
    {
        if (!Directory.Exists(folder)) Directory.CreateDirectory(folder);
    }

    bool IsInWorkspace(PlannedInput input) => input.Path.Length == run.Workspace.Length + 1 + input.Label.Length && input.Path.StartsWith(run.Workspace + "/", StringComparison.Ordinal);

    ChildEnd RunProgram()
    {
        var start = new ChildStart(Program, stage.Command, Environment(), run.Staging, Log) { Grace = stage.Execution.GraceOfProgram };
        try
        {
            if (Launcher.Program is null) return ChildProcess.Run(start, run.Cancellation);
            using var program = new LaunchedProgram(start, run.Workers is not null ? _sandbox.Rules([], [], []) : [], run.Cancellation);
            return program.Wait();
        }
        catch (Win32Exception error)
        {
            throw NotStarted(error.NativeErrorCode);
        }
    }

    void Judge(ChildEnd end, IReadOnlyList<string> printed)
    {
        var report = end.Report;
        if (report.Error != 0) throw NotStarted(report.Error);
        if (_sandbox.Undeclared(report) is { Count: > 0 } undeclared) throw SandboxErrors.UndeclaredRead(stage, undeclared, CommandErrors.Lines(printed));
        if (end is not { Signal: 0, ExitCode: 0 }) throw Failure(end, report, printed);
        foreach (var line in printed) run.Printed(line);
    }

    KilnException NotStarted(int error) => error switch
    {
        TooLong => CommandErrors.TooLong(stage.FullName, stage.Command),
        DiskFull => RunErrors.DiskFull(stage.FullName, new Win32Exception(error)),
        _ => CommandErrors.NotStarted(stage.FullName, Program, new Win32Exception(error).Message),
    };

    KilnException Failure(ChildEnd end, LaunchReport report, IReadOnlyList<string> printed)
    {
        var isUnheard = new DriveInfo(run.Staging).AvailableFreeSpace < SmallestBlock;
        IEnumerable<(string, string)> facts = [.. SandboxErrors.Refused(report), .. CommandErrors.Lines(printed), .. isUnheard ? [CommandErrors.Unheard] : ((string, string)[])[]];
        var advice = SandboxErrors.Advice(report, stage);
        if (isUnheard) advice = advice.Append("Free some space and run again: what was made so far is kept.");
        if (UnseenFiles.NamedBy(stage, run, printed) is { } unseen) advice = advice.Append(CommandErrors.NotSeen(stage, unseen, Directory.Exists(Path.Combine(run.Workspace, unseen))));
        var next = string.Join('\n', advice);
        return end.Signal != 0 ? CommandErrors.Killed(stage.FullName, end.Signal, facts, next) : CommandErrors.Failed(stage.FullName, stage.Command, end.ExitCode, facts, next);
    }

    string[] Environment()
    {
        string[] given = [.. stage.Environment];
        string[] gpus = run.Gpus.IsEmpty ? [] : [$"{VisibleGpus.Variable}={VisibleGpus.Named(run.Gpus)}"]; // others may be another stage's
        string[] standard = [$"PATH={CommandStage.StandardPath}", $"HOME={_scratch}", $"TMPDIR={_scratch}", "LANG=C.UTF-8", .. gpus];
        return [.. standard.Where(entry => stage.ValueOf(entry[..entry.IndexOf('=')]) is null), .. given];
    }
}
