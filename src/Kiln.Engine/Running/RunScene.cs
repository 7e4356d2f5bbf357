using System.Collections.Concurrent;
using System.Collections.Immutable;
using Kiln.Caching;
using Kiln.Fingerprinting;
using Kiln.Planning;
using Kiln.Reporting;

namespace Kiln.Running;

/// <summary>What surrounds the scheduler: the display that is told how it goes, and the facts that pages are made of.</summary>
sealed class RunScene(Plan plan, Func<PlannedStage, StageResult?> resultOf, IRunDisplay display, Func<(GitSnapshot? Git, ImmutableSortedDictionary<string, string> Environment)> surroundings, RunIdentity run)
{
    readonly HashSet<Type> _warned = [];

    /// <summary>What stages want read last.</summary>
    public required ConcurrentQueue<string> Conclusions { get; init; }

    /// <summary>Called whenever a stage starts to work.</summary>
    public required Action AtWork { get; init; }

    /// <summary>Where a stage's class runs code that no reference leads to.</summary>
    public Func<Type, ImmutableArray<string>> Unfollowed { get; init; } = static _ => [];

    public void Started(PlannedStage stage, Decision decision)
    {
        AtWork();
        if (decision is Decision.Run { Manifest: not null } && _warned.Add(stage.Stage.GetType()))
            foreach (var what in Unfollowed(stage.Stage.GetType()))
                display.Noted($"{stage.Stage.Name}: {what}: a change of what runs there goes unnoticed. Name its class in [UsesCode(typeof(…))] there, or pin the stage with [CodeVersion(\"1\")].");
        display.Started(stage, decision is Decision.Restore);
    }

    public void Settled(StageReport report) => display.Settled(report);

    public void Progressed(StageProgress progress) => display.Progressed(progress);

    public void Noted(string message) => display.Noted(message);

    public void Printed(string line) => display.Printed(line);

    public RunFacts FactsFor(PlannedStage stage, IReadOnlyDictionary<PlannedStage, StageReport> settled)
    {
        var upstream = new HashSet<PlannedStage>(ReferenceEqualityComparer.Instance);
        var open = new Stack<PlannedStage>(stage.Needs);
        while (open.TryPop(out var need))
            if (upstream.Add(need))
                foreach (var further in need.Needs) open.Push(further);
        var (git, environment) = surroundings();
        return new RunFacts
        {
            Run = run.Id,
            Overrides = run.Overrides,
            Pipeline = plan.Pipeline,
            Git = git,
            Environment = environment,
            Upstream = [.. plan.Stages.Where(upstream.Contains).Select(need => RecordOf(need, settled.GetValueOrDefault(need)))],
        };
    }

    StageRecord RecordOf(PlannedStage stage, StageReport? report)
    {
        var result = report?.Result ?? resultOf(stage);
        ImmutableArray<(string, string)> Facts(FactKind kind) =>
            [.. (result?.Manifest ?? report?.Manifest)?.Facts.Where(fact => fact.Kind == kind).Select(fact => (fact.Label, fact.Value)) ?? []];
        return new StageRecord
        {
            Name = stage.Name,
            Group = stage.Stage.Name,
            Outcome = report?.Outcome ?? new Outcome.Skipped("not part of this run"),
            Why = report?.Why ?? "",
            Needs = [.. stage.Needs.Select(need => need.Name)],
            Fingerprint = (report?.Manifest ?? result?.Manifest)?.Fingerprint.ToString() ?? "",
            Started = result?.Started ?? report?.Started ?? default,
            Seconds = result?.Seconds ?? report?.Time.TotalSeconds ?? 0,
            Run = result?.Run ?? run.Id,
            Commit = result?.Commit ?? "",
            Settings = Facts(FactKind.Setting),
            Code = Facts(FactKind.Code),
            Inputs = Facts(FactKind.Input),
            Outputs = [.. result?.Outputs.Select(output => (output.Path, output.Hash.ToString())) ?? []],
            Varying = [.. stage.Outputs.Where(output => output.VariesByRun || stage.Stage.IsNonDeterministic).Select(output => output.Relative)],
            UsesNetwork = stage.Stage.OpensNetwork,
        };
    }
}
