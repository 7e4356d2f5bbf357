using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Kiln.Caching;
using Kiln.Fingerprinting;
using Kiln.Planning;

namespace Kiln.Running;

/// <summary>What is to be done about one stage: a closed set.</summary>
abstract record Decision(Manifest? Manifest)
{
    /// <param name="Of">What its outputs are made from.</param>
    /// <param name="Found">The result behind them where it is not the one the last run left in place.</param>
    public sealed record Nothing(Manifest Of, StageResult? Found = null) : Decision(Of);

    public sealed record Restore(Manifest Of, StageResult Result, string Why) : Decision(Of);

    public sealed record Run(Manifest? Of, string Why) : Decision(Of);
}

/// <summary>
/// Decides whether a stage is up to date, can be restored, or must run, from its manifest; its needs must have settled before.
/// </summary>
sealed class Decider(string pipeline, WorkspaceState state, ResultStore results, Materializer materializer)
{
    /// <summary>So many stages are looked at before another core could take over.</summary>
    const int PerPiece = 64;

    /// <summary>One that only looks: it brings nothing into the workspace, and has nothing to say.</summary>
    public static Decider ThatLooks(string pipeline, WorkspaceState state, Cache cache) =>
        new(pipeline, state, cache.Results, new Materializer(cache.Objects, state.Hashes, "", _ => { }));

    /// <param name="stage">The stage.</param>
    /// <param name="hashOf">The hash of a file some stage made, from that stage's result.</param>
    /// <param name="forced">Whether to run it whatever is known.</param>
    public Decision Decide(PlannedStage stage, Func<PlannedInput, ContentHash?> hashOf, bool forced)
    {
        if (stage.IsTask) return new Decision.Run(null, "a task always runs");
        var manifest = ManifestOf(stage, hashOf, state.Code);
        if (forced) return new Decision.Run(manifest, "--force");

        var last = Last(stage);
        if (last?.Fingerprint == manifest.Fingerprint)
        {
            if (AreInPlace(stage, last.Outputs) is not { } misplaced) return new Decision.Nothing(manifest);
            if (results.Find(manifest.Fingerprint) is { } same) return new Decision.Restore(manifest, same, misplaced);
        }
        else if (results.Find(manifest.Fingerprint) is { } earlier)
        {
            if (AreInPlace(stage, earlier.Outputs) is not null) return new Decision.Restore(manifest, earlier, last is null ? "made before" : Changes(manifest, last) + "; made before");
            Remember(stage, earlier);
            return new Decision.Nothing(manifest, earlier);
        }

        return new Decision.Run(manifest, last is null ? "first run" : last.Fingerprint == manifest.Fingerprint ? "its result is not in the store" : Changes(manifest, last));
    }

    /// <summary>
    /// Fails the stages whose outputs are no longer as they were made, once bodies have run that may have written where they should not.
    /// A run that only looked changed nothing.
    /// </summary>
    public ImmutableArray<StageReport> NoticeChanges(ImmutableArray<StageReport> reports)
    {
        if (!reports.Any(report => report.Outcome is Outcome.Ran)) return reports;
        var looked = new StageReport[reports.Length];
        Cores.Each((reports.Length + PerPiece - 1) / PerPiece, piece =>
        {
            for (var i = piece * PerPiece; i < Math.Min(looked.Length, (piece + 1) * PerPiece); i++)
                looked[i] = reports[i].Outcome.IsMade && Last(reports[i].Node) is { } last && AreInPlace(reports[i].Node, last.Outputs) is { } misplaced
                    ? reports[i] with { Outcome = new Outcome.Failed(RunErrors.OutputChanged(misplaced, reports[i].Node.Name)) } : reports[i];
        });
        return ImmutableCollectionsMarshal.AsImmutableArray(looked);
    }

    public void Remember(PlannedStage stage, StageResult result)
    {
        state.Stages[Key(stage)] = new LastResult(result.Manifest.Fingerprint, result.Outputs, result.Seconds);
        state.StagesChanged = true;
    }

    /// <summary>The outputs of a stage that settled in this run or, under --exclusive, in an earlier one.</summary>
    public LastResult? Last(PlannedStage stage) => state.Stages.TryGetValue(Key(stage), out var last) ? last : null;

    public string Key(PlannedStage stage) => pipeline + "/" + stage.Name;

    /// <summary>Null where every output is in place; else which is not.</summary>
    string? AreInPlace(PlannedStage stage, ImmutableArray<OutputHash> outputs)
    {
        foreach (var place in stage.Outputs)
        {
            var made = OutputHash.Of(outputs, place.Relative);
            if (made is null || !materializer.IsInPlace(place, made))
                return Path.Exists(place.Path) ? $"{place.Relative} is not as it was made" : $"{place.Relative} is missing";
        }

        return null;
    }

    string Changes(Manifest manifest, LastResult last)
    {
        if (results.Find(last.Fingerprint) is not { } before) return "what it was made from changed";
        var changes = manifest.ChangesSince(before.Manifest, state.Code.Changes).ToList();
        return changes.Count switch
        {
            0 => "what it was made from changed",
            1 => changes[0],
            _ => $"{changes[0]} (and {changes.Count - 1} more)",
        };
    }

    /// <summary>What a stage is made from, with the hashes of its inputs as asked for.</summary>
    public static Manifest ManifestOf(PlannedStage stage, Func<PlannedInput, ContentHash?> hashOf, CodeIdentity code)
    {
        var facts = ImmutableArray.CreateBuilder<Fact>(16);
        facts.Add(new(FactKind.Stage, "name", stage.Name));
        facts.Add(new(FactKind.Stage, "class", stage.Stage.GetType().ToString()));
        facts.AddRange(code.Of(stage.Stage.GetType()));
        foreach (var (label, value) in StageFacts.Of(stage.Stage)) facts.Add(new Fact(FactKind.Setting, label, value));
        foreach (var name in stage.Stage.Shape.EnvironmentNames) facts.Add(new Fact(FactKind.Setting, $"environment {name}", StageFacts.Render(Surroundings.Variable(name))));
        foreach (var input in stage.Inputs)
            facts.Add(new Fact(FactKind.Input, input.Fact, (hashOf(input) ?? throw PlanErrors.InputNotThere(input.Path, stage.Name)).ToString()));
        foreach (var output in stage.Outputs) facts.Add(new Fact(FactKind.Output, output.Role, output.Relative));
        return new Manifest(facts.DrainToImmutable());
    }
}
