using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using Kiln.Caching;
using Kiln.Planning;
using Kiln.Recording;
using Kiln.Reporting;
using Kiln.Running;
using Kiln.Settings;

namespace Kiln.Hosting;

/// <summary>Executes one request. <see cref="RunAsync"/> is the engine's flow: declare, plan, fingerprint, run, record, report.</summary>
sealed class RunCommand(IReadOnlyList<PipelineDefinition> pipelines, Request request)
{
    readonly Workspace _workspace = new(request.Workspace);
    readonly Style _style = Style.For(!Console.IsOutputRedirected);

    public async Task<ExitCode> ExecuteAsync(CancellationToken interruption)
    {
        if (!Directory.Exists(_workspace.Root)) throw HostErrors.NoWorkspace(_workspace.Root);
        switch (request.Verb)
        {
            case Verb.Runs:
                Console.Write(LedgerPages.Runs(_workspace, _style));
                return ExitCode.Done;
            case Verb.Show:
                Console.Write(LedgerPages.Show(_workspace, request.Run, _style));
                return ExitCode.Done;
            case Verb.Info:
                foreach (var (fact, value) in EnvironmentFacts.Read()) Console.WriteLine($"{fact,-24} {value}");
                return ExitCode.Done;
            case Verb.Tree:
                Console.Write(PlanPages.Tree(Declare().Graph.PlanFor(request.Targets), _style));
                return ExitCode.Done;
            case Verb.Description:
                Console.Write(PlanPages.Descriptions(pipelines.Select(pipeline => Declare(pipeline).Graph), _style));
                return ExitCode.Done;
            case Verb.DryRun:
                Console.Write(DryRun(Declare().Graph.PlanFor(request.Targets)));
                return ExitCode.Done;
            default:
                return await RunAsync(interruption);
        }
    }

    async Task<ExitCode> RunAsync(CancellationToken interruption)
    {
        var clock = Stopwatch.StartNew();
        var status = GitSnapshot.StatusAsync(_workspace.Root);
        var (definition, graph, settings) = Declare();
        var plan = graph.PlanFor(request.Targets);

        _workspace.Prepare();
        using var hold = WorkspaceLock.Take(_workspace.Root, _workspace.Own);
        if (hold.PreviousDied) SweepAfterCrash(graph);
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
        };
        var ledger = Task.Run(() => Ledger.Open(_workspace.Ledger).Begin(begun), CancellationToken.None);
        var state = WorkspaceState.Load(_workspace.State);
        var git = GitSnapshot.TakeAsync(_workspace.Root, await status, state.Hashes);
        var results = new ResultStore(_workspace.Results);
        var store = new ContentStore(_workspace.Objects);

        ImmutableArray<StageReport> reports;
        ConcurrentQueue<string> conclusions;
        await using (IRunDisplay display = DisplayFor(plan))
        {
            using var told = interruption.Register(() => display.Noted("Stopping: waiting for the stages at work. Once more ends at once."));
            var materializer = new Materializer(store, state.Hashes, _workspace.DisplacedBy(run.Id), display.Noted);
            var decider = new Decider(plan.Pipeline, state, results, materializer);
            var executor = new StageExecutor(_workspace, store, results, materializer, state.Hashes);
            var scene = new RunScene(plan, stage => decider.Last(stage) is { } last ? results.Find(last.Fingerprint) : null, display, () => (git.Result, environment.Result), run);
            conclusions = scene.Conclusions;
            var options = new RunOptions(request.Jobs, request.Force, request.KeepGoing, request.Exclusive);
            reports = await new Scheduler(plan, options, decider, executor, state.Hashes, run, scene).RunAsync(interruption);
        }

        var exitCode = ExitCodeOf(plan, reports);
        if (request.Verbosity >= Verbosity.Minimal) Console.Write(ClosingTable.Of(reports, clock.Elapsed, _style));
        try
        {
            Remember(definition, graph, state, results, store, await git, reports);
        }
        finally
        {
            using var opened = await ledger; // a broken one is an error only now: what was made is remembered
            opened.Add(begun with
            {
                Seconds = clock.Elapsed.TotalSeconds,
                ExitCode = exitCode,
                PeakMemory = EnvironmentFacts.PeakMemory(),
                Git = await git,
                Environment = await environment,
                Settings = settings.InForce,
            }, reports);
        }

        foreach (var conclusion in conclusions) Console.WriteLine(conclusion);
        return exitCode;
    }

    void Remember(PipelineDefinition definition, Graph graph, WorkspaceState state, ResultStore results, ContentStore store, GitSnapshot? git, ImmutableArray<StageReport> reports)
    {
        try
        {
            if (git is { IsDirty: true } && reports.Any(report => report.Outcome is Outcome.Ran)) store.Put(git.PatchBytes, _workspace.Staging);
            if (definition.Folder is { } folder) LockFile.Keep(Path.Combine(_workspace.Root, folder, "pipeline.lock"), graph, state, results);
            state.Save();
            if (Directory.Exists(_workspace.Staging)) Directory.Delete(_workspace.Staging, recursive: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw RunErrors.CannotKeepState(_workspace.Own, error);
        }
    }

    (PipelineDefinition Definition, Graph Graph, SettingsFile Settings) Declare()
    {
        if (request.Pipeline is { } name)
            return Declare(pipelines.FirstOrDefault(pipeline => pipeline.Name == name) ?? throw HostErrors.UnknownPipeline(name, [.. pipelines.Select(pipeline => pipeline.Name)]));
        if (request.Targets.IsEmpty) return Declare(pipelines[0]);

        // Tasks without settings are looked through first: they can be declared whatever state the pipelines' settings are in.
        // Default is the first pipeline's, or a host's own tasks would all run for it.
        UsageException? wrong = null;
        foreach (var pipeline in pipelines.OrderBy(pipeline => pipeline.Folder is not null))
        {
            try
            {
                var declared = Declare(pipeline);
                if (request.Targets.All(target => declared.Graph.Has(target) && (target != "Default" || pipeline == pipelines[0]))) return declared;
            }
            catch (UsageException error)
            {
                // A setting may be meant for a later pipeline, which has the targets; if none has, this is what is wrong.
                wrong ??= error;
            }
        }

        if (wrong is not null) throw wrong;
        var graphs = pipelines.Select(pipeline => Declare(pipeline).Graph).ToList();
        if (request.Targets.All(target => graphs.Any(graph => graph.Has(target)))) throw HostErrors.TargetsOfSeveral(request.Targets);
        var missing = request.Targets.First(target => !graphs.Any(graph => graph.Has(target)));
        throw PlanErrors.UnknownTarget(missing, string.Join(", ", graphs.Select(graph => graph.Pipeline)), [.. graphs.SelectMany(graph => graph.TargetNames).Distinct()]);
    }

    (PipelineDefinition Definition, Graph Graph, SettingsFile Settings) Declare(PipelineDefinition definition)
    {
        var shown = definition.Folder is null ? "" : definition.Folder + "/settings.yaml";
        var overrides = definition.Folder is null ? [] : request.Overrides;
        var settings = SettingsFile.Load(definition.Name, Path.Combine(_workspace.Root, shown), shown, overrides, _workspace.Schemas);
        var builder = new PipelineBuilder(definition.Name, _workspace.Root, settings);
        definition.Declare(builder);
        settings.Validate();
        return (definition, Graph.Of(definition.Name, _workspace.Root, builder.Stages), settings);
    }

    string DryRun(Plan plan)
    {
        var state = WorkspaceState.Load(_workspace.State);
        var materializer = new Materializer(new ContentStore(_workspace.Objects), state.Hashes, "", _ => { });
        var decider = new Decider(plan.Pipeline, state, new ResultStore(_workspace.Results), materializer);
        var stages = request.Exclusive ? plan.Stages.Where(plan.Targets.Contains).ToImmutableArray() : plan.Stages;
        return PlanPages.DryRun(plan with { Stages = stages }, decider, state.Hashes, request.Force, _style);
    }

    IRunDisplay DisplayFor(Plan plan) => !Console.IsOutputRedirected && request.Verbosity is Verbosity.Normal or Verbosity.Minimal
        ? new LiveDisplay(plan, Console.Out, request.Verbosity, _style)
        : new PlainDisplay(Console.Out, request.Verbosity, TimeProvider.System);

    void SweepAfterCrash(Graph graph)
    {
        if (Directory.Exists(_workspace.Staging)) Directory.Delete(_workspace.Staging, recursive: true);
        Materializer.Sweep(graph);
    }

    ExitCode ExitCodeOf(Plan plan, ImmutableArray<StageReport> reports)
    {
        var failures = reports.Where(report => report.Outcome is Outcome.Failed && !report.Node.Stage.Shape.ContinuesOnError).ToList();
        if (failures.Count > 0) return ((Outcome.Failed)failures[0].Outcome).Error is KilnException error ? error.ExitCode : ExitCode.StageFailed;
        if (reports.Any(report => report.Outcome is Outcome.Cancelled)) return ExitCode.Interrupted;
        // [ContinueOnError] forgives a stage its failure, not a target asked for by name that could not be made for it.
        var isTargetMissing = !request.Targets.IsEmpty && reports.Any(report => report.Outcome is Outcome.Skipped && plan.Targets.Contains(report.Node)) && reports.Any(report => report.Outcome is Outcome.Failed);
        return isTargetMissing ? ExitCode.StageFailed : ExitCode.Done;
    }

    static string NewId() => DateTimeOffset.UtcNow.ToString("yyyyMMdd-HHmmss-", CultureInfo.InvariantCulture) + Guid.NewGuid().ToString("N")[..4];
}
