using System.Collections.Immutable;
using System.Globalization;
using Kiln.Caching;
using Kiln.Fingerprinting;
using Kiln.Planning;
using Kiln.Recording;
using Kiln.Reporting;
using Kiln.Running;

namespace Kiln.Hosting;

/// <summary>
/// Runs each stage again beside its stored result, one after the other, and tells which differ. Ends with 1 where one differs or fails,
/// and with 5 where one could not be compared.
/// </summary>
sealed class RebuildCommand(Workspace workspace, Request request, Style style)
{
    public ExitCode Execute(Declared declared, CancellationToken interruption)
    {
        var plan = declared.PlanFor(request.Targets);
        workspace.Prepare();
        using var hold = WorkspaceLock.Take(workspace.Root, workspace.Own);
        var state = WorkspaceState.Load(workspace.State);
        var cache = Cache.Of(workspace.Own, request.Cache);
        var decider = Decider.ThatLooks(plan.Pipeline, state, cache);
        var git = GitSnapshot.Take(workspace.Root, GitSnapshot.Status(workspace.Root), state.Hashes);
        var run = new RunIdentity("rebuild-" + Guid.NewGuid().ToString("N"), () => git?.Short ?? "", request.Overrides);
        var environment = new Lazy<ImmutableSortedDictionary<string, string>>(EnvironmentFacts.Read);

        using var display = new PlainDisplay(Console.Out, request.Verbosity, TimeProvider.System);
        var scene = new RunScene(plan, stage => decider.Last(stage) is { } last ? cache.Results.Find(last.Fingerprint) : null, display, () => (git, environment.Value), run) { AtWork = () => { }, Conclusions = [] };
        var sandboxes = new SandboxPolicy(request.Sandbox, Launcher.LandlockVersion, Launcher.Program, display.Noted) { Workers = declared.WorkersIn(workspace, request.Overrides) };
        var rebuilder = new Rebuilder(workspace, cache.Objects, cache.Results, state.Hashes, stage => WiresFor(stage, scene, interruption), sandboxes, new StagingFolders(workspace, run.Id));
        var answers = new List<(PlannedStage Stage, Rebuilt Answer)>();
        foreach (var forecast in new Survey(decider, state.Hashes, cache.Objects).Of(plan.Stages, new HashSet<PlannedStage>()).Where(forecast => !forecast.Node.IsTask))
        {
            if (interruption.IsCancellationRequested) return ExitCode.Interrupted;
            try
            {
                answers.Add((forecast.Node, rebuilder.RebuildAsync(forecast).GetAwaiter().GetResult()));
            }
            catch (OperationCanceledException) when (interruption.IsCancellationRequested)
            {
                return ExitCode.Interrupted;
            }
        }

        if (interruption.IsCancellationRequested) return ExitCode.Interrupted;
        FolderEraser.Delete(workspace.Staging);
        Answer.Print(Page(answers));
        return answers.Any(entry => entry.Answer is Rebuilt.Differs or Rebuilt.Failed) ? ExitCode.StageFailed
            : answers.Any(entry => entry.Answer is Rebuilt.Stale) ? ExitCode.Stale : ExitCode.Done;
    }

    static StageRunWires WiresFor(PlannedStage stage, RunScene scene, CancellationToken interruption)
    {
        var execution = stage.Stage.Execution;
        var grant = new Grant(Math.Min(execution.Cpus, Environment.ProcessorCount), [.. Enumerable.Range(0, execution.Gpus)]);
        return new StageRunWires(() => scene.FactsFor(stage, new Dictionary<PlannedStage, StageReport>()), scene.Progressed, scene.Noted, line => scene.Printed($"{stage.Name}: {line}"), _ => { }, grant, interruption);
    }

    /// <summary>A row a stage; of partitions, a row for those that came out alike, and a row for each that did not.</summary>
    string Page(List<(PlannedStage Stage, Rebuilt Answer)> answers)
    {
        var table = new TextTable(style, "Stage", "Rebuilt", "");
        foreach (var group in answers.GroupBy(entry => entry.Stage.Stage.Name))
            foreach (var alike in group.GroupBy(entry => (entry.Answer.Word, Detail: entry.Answer is Rebuilt.Differs or Rebuilt.Failed ? entry.Stage.Name : "")))
            {
                var count = alike.Count() > 1 ? string.Create(CultureInfo.InvariantCulture, $" ({alike.Count():#,0} of {group.Count():#,0})") : "";
                table.Add(alike.Count() > 1 ? group.Key : alike.First().Stage.Name, alike.Key.Word + count, alike.First().Answer.Detail);
            }

        var first = answers.FirstOrDefault(entry => entry.Answer is Rebuilt.Differs);
        return table + (first.Answer is Rebuilt.Differs differs ? style.Bad($"The first that differs: {differs.Output} of {first.Stage.Name}.") + "\n" : "");
    }
}
