using System.Text;
using Kiln.Caching;
using Kiln.Fingerprinting;
using Kiln.Planning;
using Kiln.Recording;
using Kiln.Reporting;
using Kiln.Running;

namespace Kiln.Hosting;

/// <summary>Says whether lock files, code and settings are in step. Needs neither data nor Kiln's own folder, as in a fresh clone.</summary>
sealed class VerifyCommand(Workspace workspace, Request request, Style style)
{
    readonly WorkspaceState _state = WorkspaceState.Load(workspace.State);

    public ExitCode Check(IEnumerable<Declared> pipelines)
    {
        var asked = pipelines.ToLookup(declared => File.Exists(Path.Combine(workspace.Root, LockOf(declared))));
        var isInStep = true;
        foreach (var declared in asked[true]) isInStep &= Check(declared);
        foreach (var declared in asked[false])
        {
            // A pipeline that nobody ran and committed yet is no fault of those that have a file.
            if (asked[true].Any()) Answer.Print($"{LockOf(declared)} is not there: nothing of this pipeline was recorded yet.\n");
            else isInStep &= Check(declared);
        }
        return isInStep ? ExitCode.Done : ExitCode.Stale;
    }

    static string LockOf(Declared declared) => $"{declared.Definition.Folder}/{LockFile.Name}";

    bool Check(Declared declared)
    {
        var shown = LockOf(declared);
        var path = Path.Combine(workspace.Root, shown);
        var locked = File.Exists(path) ? LockedPipeline.Parse(File.ReadAllText(path), shown) : LockedPipeline.Empty;
        var check = new LockCheck(declared.Graph, locked, _state);
        var found = check.Run(request.Targets);
        Answer.Print(found.IsEmpty ? $"{shown} is in step with code and settings{(request.Targets.IsEmpty ? "" : $", as far as {string.Join(", ", request.Targets)} needs it")}.\n" : Faults(File.Exists(path) ? $"{shown} is out of step:" : $"{shown} is not there:", found));
        if (check.OfThisMachine.Count > 0)
            Answer.Print(Faults("Parts of this machine that differ from those of the recorded run, and are no fault of the file:", check.OfThisMachine));
        if (check.Believed.Count > 0)
            Answer.Print($"Not here, and taken as recorded: {string.Join(", ", check.Believed.Order(StringComparer.Ordinal).Take(4))}{(check.Believed.Count > 4 ? $" and {check.Believed.Count - 4:#,0} more" : "")}.\n");
        if (!found.IsEmpty) Answer.Print("Run the pipeline and commit the file, or take back what changed.\n");
        return found.IsEmpty;
    }

    string Faults(string heading, IReadOnlyList<OutOfStep> found)
    {
        const int most = 12;
        var table = new TextTable(style, "Stage", "What", "Recorded", "Now");
        foreach (var fault in found.Take(most)) table.Add(fault.Stage, fault.What, Shortened.Value(fault.Locked), Shortened.Value(fault.Now));
        var text = new StringBuilder(heading).Append("\n\n").Append(table);
        if (found.Count > most) text.Append($"and {found.Count - most:#,0} more\n");
        return text.Append('\n').ToString();
    }
}
