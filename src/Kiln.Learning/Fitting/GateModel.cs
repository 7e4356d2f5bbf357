using System.Collections.Immutable;
using Kiln.Learning.Gates;
using Kiln.Learning.Reporting;

namespace Kiln.Learning.Fitting;

/// <summary>Ends the run with exit code 3 where the decision is no, after the pages that tell why were written.</summary>
[TaskDescription("Lets the model pass by the decision, or refuses it (exit code 3).")]
public sealed class GateModel(string pipeline, DecideGate gate, ImmutableArray<Output<Page>> pages) : Stage
{
    /// <summary>The decision.</summary>
    public Input<Json<GateDecision>> Decision { get; } = gate.Decision;

    /// <summary>The pages that tell of it: whoever is refused can read why.</summary>
    public Inputs<Page> Pages { get; } = new(pages);

    /// <summary>The decision about the last model that passed: a refusal leaves it as it is, for what was let through stays what it was.</summary>
    public Output<Json<GateDecision>> LastPassed { get; } = new($"reports/{pipeline}/gate-last-passed.json");

    /// <inheritdoc/>
    protected override Task RunAsync(StageRun run)
    {
        var decision = run.Open(Decision).Read();
        if (decision is { IsPassed: false, Override: null }) throw GateErrors.Refused(decision, Pages.Count > 0 ? Pages[^1].Path : Decision.Path);
        run.Open(LastPassed).Write(decision);
        foreach (var refusal in decision.Refusals) run.Note($"{refusal.Criterion}: {refusal.Verdict}. {refusal.Reason}");
        run.Conclude(decision.Criteria.IsEmpty ? $"No criteria are declared (gates.criteria): nothing holds {decision.Candidate} back."
            : decision.Override is { } allowed ? $"The gate refused {decision.Candidate} by {decision.Refusals.Length} of {decision.Criteria.Length} criteria; {allowed.By} lets it pass: {allowed.Reason}"
            : $"The gate lets {decision.Candidate} pass: {string.Join(", ", decision.Criteria)}{(decision.UnneededOverride is { } given ? $". The override by {given.By} was not needed." : "")}");
        return Task.CompletedTask;
    }
}
