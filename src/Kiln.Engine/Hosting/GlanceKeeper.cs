using System.Collections.Immutable;
using System.Reflection;
using Kiln.Caching;
using Kiln.Fingerprinting;
using Kiln.Reporting;
using Kiln.Running;

namespace Kiln.Hosting;

/// <summary>A run that found nothing to do spares the next one with the same command line from looking so closely, where nothing but what it looked at can decide.</summary>
sealed class GlanceKeeper(PipelineChoice choice, Workspace workspace, Request request)
{
    /// <param name="state">What the workspace remembers, as it was saved.</param>
    /// <param name="reports">What the run found.</param>
    /// <param name="note">The file that names the owner of the workspace: it is gone when this run has ended.</param>
    /// <param name="begun">When looking began, in nanoseconds since 1970.</param>
    public void Keep(WorkspaceState state, ImmutableArray<StageReport> reports, string note, long begun)
    {
        if (!request.IsPlain && request.Verbosity != Verbosity.Diagnostic) return;
        try
        {
            var reason = Unforeseeable(state, reports);
            if (reason is null && request.IsPlain)
            {
                NoteTimeZone();
                var glance = new Glance { IsPrinted = request.Verbosity >= Verbosity.Minimal, Table = (ClosingTable.Table(reports, new Style(false)), ClosingTable.Table(reports, new Style(true))), Counts = ClosingTable.Counts(reports) };
                reason = glance.Leave(workspace, request.Arguments, [.. choice.Witnesses.All, .. Surroundings.Files, .. ProgramFiles(), new(note, null, WitnessOf.Entry)], begun);
            }

            if (request.Verbosity == Verbosity.Diagnostic) Console.WriteLine($"The next start looks as closely: {reason ?? "this command line asks for it"}.");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // It only saves time.
        }
    }

    /// <summary>What the next start would do otherwise although no file and no variable differs, or null.</summary>
    string? Unforeseeable(WorkspaceState state, ImmutableArray<StageReport> reports)
    {
        if (choice.HasPassedOver) return "a pipeline could not be declared";
        var stages = choice.All.SelectMany(declared => declared.Stages).Select(stage => stage.GetType()).ToHashSet();
        foreach (var stage in reports.Select(report => report.Node.Stage.GetType()).Distinct())
            if (stage.GetMethod(nameof(Stage.ShouldRun), BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)!.DeclaringType != typeof(Stage)) return $"{stage.Name} decides anew each time whether it runs";
        var settings = choice.All.SelectMany(declared => declared.Settings.Records).Distinct();
        var outside = state.Code.OutsideBeforeStages(request.Entry ?? Assembly.GetEntryAssembly()?.EntryPoint, choice.All.Select(declared => declared.Definition).Distinct(), stages, settings);
        state.Code.Save();
        return outside;
    }

    /// <summary>Dates are written and read in the zone of the machine.</summary>
    static void NoteTimeZone()
    {
        Surroundings.Look("/etc/localtime");
        if (Surroundings.Variable("TZ") is { Length: > 0 } zone) Surroundings.Look(Path.Combine("/usr/share/zoneinfo", zone.TrimStart(':')));
    }

    static IEnumerable<Witness> ProgramFiles() => FolderReader.Read(Program.Home).Select(entry => new Witness(Path.Combine(Program.Home, entry.Name), entry.Stamp, WitnessOf.Entry));
}
