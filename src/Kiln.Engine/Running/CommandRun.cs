using System.ComponentModel;
using Kiln.Planning;

namespace Kiln.Running;

/// <summary>One execution of a command stage: lays out the folder it runs in, runs the program, and says what went wrong.</summary>
sealed class CommandRun(CommandStage stage, StageRun run)
{
    /// <summary>Of a log, this much of its end is kept.</summary>
    const int LogKept = 1 << 20;

    /// <summary>This many of its last lines are shown with a failure.</summary>
    const int LinesShown = 20;

    readonly string _scratch = run.Staging + ".scratch";

    string Log => Path.Combine(_scratch, "log");

    public void Execute()
    {
        Directory.CreateDirectory(_scratch);
        try
        {
            LayOut();
            var end = RunProgram();
            run.Usage = new StageUsage(end.Processor.TotalSeconds, end.PeakMemory, null, null);
            run.Cancellation.ThrowIfCancellationRequested();
            var printed = KeepLog();
            if (end.Signal != 0) throw CommandErrors.Killed(stage.FullName, end.Signal, printed);
            if (end.ExitCode != 0) throw CommandErrors.Failed(stage.FullName, stage.Command, end.ExitCode, printed);
            foreach (var line in printed) run.Printed(line);
        }
        finally
        {
            Directory.Delete(_scratch, recursive: true);
        }
    }

    /// <summary>What the stage reads, as links under their own paths, and the folders its outputs belong in.</summary>
    void LayOut()
    {
        Directory.CreateDirectory(run.Staging);
        var folders = new HashSet<string>(StringComparer.Ordinal) { run.Staging };
        var linked = new HashSet<string>(StringComparer.Ordinal);
        foreach (var output in run.Node.Outputs) MakeFolder(StageRun.StagedPath(run.Staging, output));
        // Folders come before what lies in them: a file in a linked folder is there already.
        foreach (var input in run.Node.Inputs.Where(input => !Path.IsPathRooted(input.Label) && IsInWorkspace(input)).OrderBy(input => input.Label, StringComparer.Ordinal))
        {
            var link = Path.Combine(run.Staging, input.Label);
            if (IsLinked(link)) continue;
            MakeFolder(link);
            File.CreateSymbolicLink(link, input.Path);
            linked.Add(link);
        }

        void MakeFolder(string file)
        {
            var folder = Path.GetDirectoryName(file)!;
            if (folders.Add(folder)) Directory.CreateDirectory(folder);
        }

        bool IsLinked(string path)
        {
            for (var place = path; place.Length > run.Staging.Length; place = Path.GetDirectoryName(place)!)
                if (linked.Contains(place)) return true;
            return false;
        }
    }

    bool IsInWorkspace(PlannedInput input) => input.Path.Length == run.Workspace.Length + 1 + input.Label.Length && input.Path.StartsWith(run.Workspace + "/", StringComparison.Ordinal);

    ChildEnd RunProgram()
    {
        var program = stage.ProgramPath ?? Path.GetFullPath(stage.Command[0], run.Staging);
        try
        {
            return ChildProcess.Run(new ChildStart(program, stage.Command, Environment(), run.Staging, Log), run.Cancellation);
        }
        catch (Win32Exception error)
        {
            throw CommandErrors.NotStarted(stage.FullName, program, error.Message);
        }
    }

    string[] Environment()
    {
        string[] given = [.. stage.Environment];
        string[] standard = [$"PATH={CommandStage.StandardPath}", $"HOME={_scratch}", $"TMPDIR={_scratch}", "LANG=C.UTF-8"];
        return [.. standard.Where(entry => stage.ValueOf(entry[..entry.IndexOf('=')]) is null), .. given];
    }

    /// <summary>Keeps what the program printed beside the run's other records, and gives its last lines.</summary>
    IReadOnlyList<string> KeepLog()
    {
        using var log = new FileStream(Log, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
        if (log.Length == 0) return [];
        log.Seek(-Math.Min(log.Length, LogKept), SeekOrigin.End);
        using var reader = new StreamReader(log);
        var text = reader.ReadToEnd();
        Directory.CreateDirectory(Path.GetDirectoryName(run.LogFile)!);
        File.WriteAllText(run.LogFile, text);
        return [.. text.TrimEnd().Split('\n').TakeLast(LinesShown)];
    }
}
