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

/// <summary>Executes one request. <see cref="RunAsync"/> is the engine's flow: declare, plan, fingerprint, run, record, report.</summary>
sealed class RunCommand(IReadOnlyList<PipelineDefinition> pipelines, Request request)
{
    /// <summary>This many bytes take a noticeable part of a second to hash.</summary>
    const long MuchToRead = 1 << 29;

    readonly Workspace _workspace = new(request.Workspace);
    readonly Style _style = Style.For(!Console.IsOutputRedirected);
    readonly PipelineChoice _choice = new(pipelines, request);

    public async Task<ExitCode> ExecuteAsync(CancellationToken interruption)
    {
        if (!Directory.Exists(_workspace.Root)) throw HostErrors.NoWorkspace(_workspace.Root);
        switch (request.Verb)
        {
            case Verb.Runs:
                Console.Write(LedgerPages.Runs(_workspace, _style));
                return ExitCode.Done;
            case Verb.Show:
                if (request.Output is { } page) new PageCommand(_workspace, request).Show(page);
                else Console.Write(LedgerPages.Show(_workspace, request.Run, _style));
                return ExitCode.Done;
            case Verb.Graph:
                new PageCommand(_workspace, request).Draw(_choice.ForTargets().Graph.Outline(request.Targets));
                return ExitCode.Done;
            case Verb.Info:
                foreach (var (fact, value) in EnvironmentFacts.Read()) Console.WriteLine($"{fact,-24} {value}");
                return ExitCode.Done;
            case Verb.Tree:
                Console.Write(PlanPages.Tree(_choice.ForTargets().Graph.Outline(request.Targets), _style));
                return ExitCode.Done;
            case Verb.Description:
                Console.Write(PlanPages.Descriptions(pipelines.Select(pipeline => _choice.Declare(pipeline).Graph), _style));
                return ExitCode.Done;
            case Verb.DryRun or Verb.Status:
                return new StatusCommand(_workspace, request, _style).Execute(_choice.ForTargets());
            case Verb.Why:
                Console.Write(new WhyCommand(_workspace, request, _style).Explain(_choice.ForTargets().Graph));
                return ExitCode.Done;
            case Verb.Diff:
                Console.Write(new DiffCommand(pipelines, _workspace, request, _style).Compare());
                return ExitCode.Done;
            case Verb.Verify when request.Rebuild:
                return await new RebuildCommand(_workspace, request, _style).ExecuteAsync(_choice.ForTargets().Graph, interruption);
            case Verb.Verify:
                return new VerifyCommand(_workspace, _style).Check(_choice.Recorded().Select(declared => (declared.Definition, declared.Graph)));
            default:
                return await RunAsync(interruption);
        }
    }

    async Task<ExitCode> RunAsync(CancellationToken interruption)
    {
        var clock = Stopwatch.StartNew();
        var status = GitSnapshot.StatusAsync(_workspace.Root);
        var declared = _choice.ForTargets();
        var plan = declared.PlanFor(request.Targets);

        _workspace.Prepare();
        var cache = Cache.Of(_workspace.Own, request.Cache);
        using var hold = WorkspaceLock.Take(_workspace.Root, _workspace.Own);
        if (hold.PreviousDied) SweepAfterCrash(declared.Graph);
        var run = new RunIdentity(NewId(), (await status)?.Short ?? "", request.Overrides);
        // Asked for at the end, and by pages: another core reads them meanwhile.
        var environment = Task.Run(EnvironmentFacts.Read, CancellationToken.None);
        var begun = new RunRecord
        {
            Id = run.Id,
            Pipeline = plan.Pipeline,
            Targets = request.Targets.IsEmpty ? "Default" : string.Join(' ', request.Targets),
            CommandLine = request.Text,
            Started = DateTimeOffset.UtcNow - clock.Elapsed,
            Jobs = request.Jobs,
            Git = await status is { } standing ? new GitSnapshot(standing.Commit, standing.Branch, standing.IsDirty, "") : null, // what differs is read meanwhile
        };
        var ledger = Task.Run(() => Ledger.Open(_workspace.Ledger), CancellationToken.None);
        var noted = new Lazy<Task>(async () => (await ledger).Begin(begun)); // once a stage is at work: a run with nothing to do has no time to be killed in
        var state = WorkspaceState.Load(_workspace.State);
        var planned = plan.Stages;
        _ = Task.Run(() => state.Code.ReadAhead(planned.Select(stage => stage.Stage)), CancellationToken.None);
        var git = GitSnapshot.TakeAsync(_workspace.Root, await status, state.Hashes);
        var (results, store) = (cache.Results, cache.Objects);
        var narrowing = new Narrowing(request);
        var meter = new UsageMeter();
        var staging = new StagingFolders(_workspace, run.Id);
        var conclusions = new ConcurrentQueue<string>();
        async Task<ImmutableArray<StageReport>> ScheduleAsync(Declared declared, Plan plan, IReadOnlyDictionary<string, StageReport> earlier)
        {
            if (declared.Listings.Count > 0) declared.Graph.RefuseMissingInputs(plan.Stages);
            await using var display = request.Explain ? Explaining(DisplayFor(plan), plan.Pipeline, state, store, results) : DisplayFor(plan);
            if (cache.Note is { } note && earlier.Count == 0) display.Noted(note);
            using var told = interruption.Register(() => display.Noted("Stopping: waiting for the stages at work. Once more ends at once."));
            var materializer = new Materializer(store, state.Hashes, _workspace.DisplacedBy(run.Id), display.Noted);
            var decider = new Decider(plan.Pipeline, state, results, materializer);
            var sandboxes = new SandboxPolicy(request.Sandbox, Launcher.LandlockVersion, Launcher.Program, display.Noted)
            {
                Workers = new WorkerPlace(plan.Pipeline, declared.Definition.Folder is { } home ? Path.Combine(_workspace.Root, home, "settings.yaml") : null, request.Overrides, declared.Graph, [.. declared.Listings.Select(listing => listing.Path)]),
            };
            var executor = new StageExecutor(_workspace, store, results, materializer, state.Hashes, meter, sandboxes, staging);
            StageResult? ResultOf(PlannedStage stage) => decider.Last(stage) is { } last ? results.Find(last.Fingerprint) : null;
            var scene = new RunScene(plan, ResultOf, display, () => (git.Result, environment.Result), run) { AtWork = () => _ = noted.Value, Unfollowed = state.Code.Unfollowed, Conclusions = conclusions };
            var options = new RunOptions(request.Jobs, request.Force, request.KeepGoing, request.Exclusive, declared.Tokens);
            state.Hashes.ReadAhead(plan.Sources, bytes => bytes < MuchToRead ? null : new StageProgress("Sources", "reading", bytes, "bytes", display.Progressed).Tell);
            if (request.Jobs > Environment.ProcessorCount) ThreadPool.SetMinThreads(request.Jobs + 4, 4); // a command's thread waits for it
            return decider.NoticeChanges(await new Scheduler(plan, options, decider, executor, state.Hashes, run, scene).RunAsync(earlier, interruption));
        }

        ImmutableArray<StageReport> reports;
        try
        {
            var rounds = new Rounds(_choice, request, ScheduleAsync);
            if (declared.Listings.Count > 0 && !request.Exclusive) (declared, plan) = await rounds.SettleListsAsync(declared, plan, narrowing.IsAsked);
            if (narrowing.IsAsked)
                plan = narrowing.Of(plan, () => Ledger.Open(_workspace.Ledger), stages =>
                    new Survey(Decider.ThatLooks(declared.Definition.Name, state, cache), state.Hashes, store).Of(stages, new HashSet<PlannedStage>()));
            reports = await ScheduleAsync(declared, plan, rounds.Settled);
            if (rounds.Settled.Count > 0) reports = [.. rounds.Settled.Values.ExceptBy(plan.Stages.Select(stage => stage.Name), report => report.Node.Name), .. reports];
            if (rounds.Problem is { } problem) conclusions.Enqueue(problem);
        }
        catch (KilnException)
        {
            (await ledger).Dispose(); // the plan turned out to be wrong; nothing is left open
            throw;
        }

        var exitCode = ExitCodeOf(plan, reports);
        if (narrowing.Note is { } left) conclusions.Enqueue(left);
        if (request.Verbosity >= Verbosity.Minimal) Console.Write(ClosingTable.Of(reports, clock.Elapsed, _style));
        try
        {
            Remember(declared.Definition, declared.Graph, state, results, store, await git, reports);
        }
        finally
        {
            using var opened = await ledger; // a broken one is an error only now: what was made is remembered
            if (noted.IsValueCreated) await noted.Value;
            opened.Add(begun with
            {
                Seconds = clock.Elapsed.TotalSeconds,
                ExitCode = exitCode,
                PeakMemory = meter.PeakMemory,
                Git = await git,
                Environment = await environment,
                Settings = declared.Settings.InForce,
            }, reports);
            // A run with nothing to do leaves the page of the one before it.
            if (noted.IsValueCreated && new PageCommand(_workspace, request).Leave(declared.Definition, declared.Graph, opened, run.Id) is { } complaint) conclusions.Enqueue(complaint);
        }

        foreach (var conclusion in conclusions) Console.WriteLine(conclusion);
        return exitCode;
    }

    void Remember(
        PipelineDefinition definition, Graph graph, WorkspaceState state, ResultStore results, ContentStore store, GitSnapshot? git, ImmutableArray<StageReport> reports)
    {
        try
        {
            if (git is { IsDirty: true } && reports.Any(report => report.Outcome is Outcome.Ran)) store.Put(git.PatchBytes);
            if (definition.Folder is { } folder) LockFile.Keep(Path.Combine(_workspace.Root, folder, "pipeline.lock"), graph, state, results);
            state.Save();
            FolderEraser.Delete(_workspace.Staging);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw RunErrors.CannotKeepState(_workspace.Own, error);
        }
    }

    IRunDisplay DisplayFor(Plan plan) => !Console.IsOutputRedirected && request.Verbosity is Verbosity.Normal or Verbosity.Minimal
        ? new LiveDisplay(plan, Console.Out, request.Verbosity, _style)
        : new PlainDisplay(Console.Out, request.Verbosity, TimeProvider.System);

    /// <summary>What changed is told against what was remembered before the run, which the run replaces as it goes.</summary>
    ExplainingDisplay Explaining(IRunDisplay display, string pipeline, WorkspaceState state, ContentStore store, ResultStore results)
    {
        var before = state.Stages.ToDictionary();
        var page = new WhyPage(store, results, state, _style);
        return new ExplainingDisplay(display, report => page.OfSettled(report, before.TryGetValue($"{pipeline}/{report.Node.Name}", out var last) ? last : null));
    }

    void SweepAfterCrash(Graph graph)
    {
        FolderEraser.Delete(_workspace.Staging);
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

    static string NewId() => DateTimeOffset.UtcNow.ToString("yyyyMMdd-HHmmss-", CultureInfo.InvariantCulture) + Guid.NewGuid().ToString("N")[..4];
}
