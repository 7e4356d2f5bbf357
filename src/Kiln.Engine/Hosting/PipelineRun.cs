using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using Kiln.Caching;
using Kiln.Fingerprinting;
using Kiln.Planning;
using Kiln.Recording;
using Kiln.Reporting;
using Kiln.Running;

namespace Kiln.Hosting;

/// <summary>One run of a pipeline's targets. <see cref="Execute"/> is the engine's flow: declare, plan, fingerprint, run, record, report.</summary>
sealed class PipelineRun(PipelineChoice choice, Workspace workspace, Request request, Style style)
{
    readonly Stopwatch _clock = Stopwatch.StartNew();
    readonly string _id = DateTimeOffset.UtcNow.ToString("yyyyMMdd-HHmmss-", CultureInfo.InvariantCulture) + Guid.NewGuid().ToString("N")[..4];
    readonly ConcurrentQueue<string> _conclusions = new();
    readonly long _begun = FileStamp.Now();

    public ExitCode Execute(CancellationToken interruption)
    {
        using var output = new RunOutput(Console.Out);
        var remembered = Task.Run(() => WorkspaceState.Load(workspace.State)); // another core reads it meanwhile
        var declared = choice.ForTargets();
        var plan = declared.PlanFor(request.Targets);

        workspace.Prepare();
        var cache = Cache.Of(workspace.Own, request.Cache);
        using var hold = WorkspaceLock.Take(workspace.Root, workspace.Own);
        if (hold.PreviousDied) SweepAfterCrash(declared.Graph);
        var state = remembered.Result.IsCurrent ? remembered.Result : WorkspaceState.Load(workspace.State);
        if (request.IsPlain) state.Hashes.Witnesses = choice.Witnesses;
        var begun = new RunRecord
        {
            Id = _id,
            Pipeline = plan.Pipeline,
            Targets = request.Targets.IsEmpty ? "Default" : string.Join(' ', request.Targets),
            CommandLine = request.Text,
            Started = DateTimeOffset.UtcNow - _clock.Elapsed,
            Jobs = request.Jobs,
        };
        using var recorder = new RunRecorder(workspace, state.Hashes, begun);
        var run = new RunIdentity(_id, () => recorder.Commit, request.Overrides);
        var session = new RunSession(workspace, request, state, cache, recorder, run, _conclusions, output, style);
        var narrowing = new Narrowing(request);
        var rounds = new Rounds(choice, request, (declared, plan, earlier) => session.Schedule(declared, plan, earlier, interruption));
        if (declared.Listings.Count > 0 && !request.Exclusive) (declared, plan) = rounds.SettleLists(declared, plan, narrowing.IsAsked);
        if (narrowing.IsAsked && rounds.Unknown is null)
            plan = narrowing.Of(plan, () => Ledger.Open(workspace.Ledger), stages =>
                new Survey(Decider.ThatLooks(plan.Pipeline, state, cache), state.Hashes, cache.Objects).Of(stages, new HashSet<PlannedStage>()));
        var reports = session.Schedule(declared, plan, rounds.Settled, interruption);
        if (rounds.Settled.Count > 0) reports = [.. rounds.Settled.Values.ExceptBy(plan.Stages.Select(stage => stage.Name), report => report.Node.Name), .. reports];
        if (rounds.Problem is { } problem) _conclusions.Enqueue(problem);
        if (narrowing.Note is { } left) _conclusions.Enqueue(left);

        var exitCode = ExitCodeOf(plan, reports);
        var unknown = exitCode == ExitCode.Done ? rounds.Unknown : null; // where a list failed, that is what is wrong
        if (request.Verbosity >= Verbosity.Minimal) output.Write(ClosingTable.Of(reports, _clock.Elapsed, style));
        // What was made is remembered whatever becomes of the ledger, and the other way round.
        var isNews = recorder.HasBegun || reports.Any(IsNews);
        var recorded = isNews ? Task.Run(() => Record(begun, declared, recorder, session.PeakMemory, reports, unknown?.ExitCode ?? exitCode), CancellationToken.None) : Task.CompletedTask;
        try
        {
            Remember(declared, state, cache, recorder, reports, exitCode);
        }
        finally
        {
            recorded.GetAwaiter().GetResult();
        }

        foreach (var conclusion in _conclusions) output.WriteLine(conclusion);
        if (unknown is not null) throw unknown;
        if (output.Failure is { } failure) throw HostErrors.RunUnsaid(failure);
        if (exitCode == ExitCode.Done && _conclusions.IsEmpty && cache.Note is null && !isNews) new GlanceKeeper(choice, workspace, request).Keep(state, reports, hold.Note, _begun);
        return exitCode;
    }

    /// <summary>What is as an earlier run left it is no news.</summary>
    static bool IsNews(StageReport report) => report.Outcome is not Outcome.UpToDate || report.Result is not null;

    void Remember(Declared declared, WorkspaceState state, Cache cache, RunRecorder recorder, ImmutableArray<StageReport> reports, ExitCode exitCode)
    {
        try
        {
            if (reports.Any(report => report.Outcome is Outcome.Ran) && recorder.Git is { IsDirty: true } git) cache.Objects.Put(git.PatchBytes);
            if (declared.Definition.Folder is { } folder) LockFile.Keep(Path.Combine(workspace.Root, folder, LockFile.Name), declared.Graph, state, cache.Results);
            if (exitCode == ExitCode.Done) state.ForgetAllBut(declared.Definition.Name, declared.Graph.Stages.Select(stage => stage.Name), workspace.Root); // else a list may be half known
            state.Save();
            AbandonedCheckpoints.Sweep(workspace, reports);
            FolderEraser.Delete(workspace.Staging);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw RunErrors.CannotKeepState(workspace.Own, error);
        }
    }

    void Record(RunRecord begun, Declared declared, RunRecorder recorder, long peakMemory, ImmutableArray<StageReport> reports, ExitCode exitCode)
    {
        recorder.Ledger.Add(begun with
        {
            Seconds = _clock.Elapsed.TotalSeconds,
            ExitCode = exitCode,
            PeakMemory = peakMemory,
            Git = recorder.Git,
            Environment = recorder.Environment,
            Settings = declared.Settings.InForce,
        }, reports);
        // A run in which nothing went to work leaves the page of the one before it.
        if (recorder.HasBegun && new PageCommand(workspace, request).Leave(declared.Definition, declared.Graph, recorder.Ledger, _id) is { } complaint) _conclusions.Enqueue(complaint);
    }

    void SweepAfterCrash(Graph graph)
    {
        FolderEraser.Delete(workspace.Staging);
        Materializer.Sweep(graph);
    }

    ExitCode ExitCodeOf(Plan plan, ImmutableArray<StageReport> reports)
    {
        var failures = reports.Where(report => report.Outcome is Outcome.Failed && !report.Node.Stage.Shape.ContinuesOnError).ToList();
        if (failures.Count > 0) return ((Outcome.Failed)failures[0].Outcome).Error is KilnException error ? error.ExitCode : ExitCode.StageFailed;
        if (reports.Any(report => report.Outcome is Outcome.Cancelled)) return ExitCode.Interrupted;
        // [ContinueOnError] forgives a stage its failure, not a target asked for by name that could not be made for it.
        var hasForgiven = reports.Any(report => report.Outcome is Outcome.Failed);
        var isTargetMissing = reports.Any(report => report.Outcome is Outcome.Skipped && plan.Targets.Contains(report.Node));
        return !request.Targets.IsEmpty && hasForgiven && isTargetMissing ? ExitCode.StageFailed : ExitCode.Done;
    }
}
