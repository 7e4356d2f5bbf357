using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Kiln.Caching;
using Kiln.Planning;
using Kiln.Recording;
using Kiln.Reporting;
using Kiln.Running;

namespace Kiln.Hosting;

/// <summary>What all stages of a run share: each plan that a run finds out it has is scheduled here.</summary>
sealed class RunSession(Workspace workspace, Request request, WorkspaceState state, Cache cache, RunRecorder recorder, RunIdentity run, ConcurrentQueue<string> conclusions, TextWriter output, Style style)
{
    /// <summary>This many bytes take a noticeable part of a second to hash.</summary>
    const long MuchToRead = 1 << 29;

    readonly UsageMeter _meter = new();
    readonly StagingFolders _staging = new(workspace, run.Id);

    /// <summary>The most memory the process held so far, in bytes.</summary>
    public long PeakMemory => _meter.PeakMemory;

    public ImmutableArray<StageReport> Schedule(Declared declared, Plan plan, IReadOnlyDictionary<string, StageReport> earlier, CancellationToken interruption)
    {
        if (declared.Listings.Count > 0) declared.Graph.RefuseMissingInputs(plan.Stages);
        _ = Task.Run(() => state.Code.ReadAhead(plan.Stages), CancellationToken.None);
        using var display = request.Explain ? Explaining(DisplayFor(plan), plan.Pipeline) : DisplayFor(plan);
        if (cache.Note is { } note && earlier.Count == 0) display.Noted(note);
        using var told = interruption.Register(() => display.Noted("Stopping: waiting for the stages at work. Once more ends at once."));
        var materializer = new Materializer(cache.Objects, state.Hashes, workspace.DisplacedBy(run.Id), display.Noted);
        var decider = new Decider(plan.Pipeline, state, cache.Results, materializer);
        var sandboxes = new SandboxPolicy(request.Sandbox, Launcher.LandlockVersion, Launcher.Program, display.Noted)
        {
            Workers = declared.WorkersIn(workspace, request.Overrides),
        };
        var executor = new StageExecutor(workspace, cache.Objects, cache.Results, materializer, state.Hashes, _meter, sandboxes, _staging);
        var scene = new RunScene(plan, stage => decider.Last(stage) is { } last ? cache.Results.Find(last.Fingerprint) : null, display, () => (recorder.Git, recorder.Environment), run)
        {
            AtWork = recorder.Begin,
            Unfollowed = state.Code.Unfollowed,
            Conclusions = conclusions,
        };
        var options = new RunOptions(request.Jobs, request.Force, request.KeepGoing, request.Exclusive, declared.Tokens);
        state.Hashes.ReadAhead(plan.Sources, bytes => bytes < MuchToRead ? null : new StageProgress("Sources", "reading", bytes, "bytes", display.Progressed).Tell);
        if (request.Jobs > Environment.ProcessorCount) ThreadPool.SetMinThreads(request.Jobs + 4, 4); // a command's thread waits for it
        var scheduler = new Scheduler(plan, options, decider, executor, state.Hashes, run, scene);
        return decider.NoticeChanges(ImmutableCollectionsMarshal.AsImmutableArray(scheduler.RunAsync(earlier, interruption).GetAwaiter().GetResult()));
    }

    IRunDisplay DisplayFor(Plan plan) => !Console.IsOutputRedirected && request.Verbosity is Verbosity.Normal or Verbosity.Minimal
        ? new LiveDisplay(plan, Console.Out, request.Verbosity, style)
        : new PlainDisplay(output, request.Verbosity, TimeProvider.System);

    /// <summary>What changed is told against what was remembered before the run, which the run replaces as it goes.</summary>
    ExplainingDisplay Explaining(IRunDisplay display, string pipeline)
    {
        var before = state.Stages.ToDictionary();
        var page = new WhyPage(cache.Objects, cache.Results, state, style);
        return new ExplainingDisplay(display, report => page.OfSettled(report, before.GetValueOrDefault($"{pipeline}/{report.Node.Name}")));
    }
}
