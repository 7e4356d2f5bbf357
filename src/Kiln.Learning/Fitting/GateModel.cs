using System.Collections.Immutable;
using Kiln.Learning.Gates;
using Kiln.Learning.Reporting;

namespace Kiln.Learning.Fitting;

/// <summary>Lets the model pass, or ends the run with exit code 3. An override is recorded with its reason.</summary>
[TaskDescription("Lets the model pass by what the criteria found, or refuses it (exit code 3).")]
public sealed class GateModel(string pipeline, JudgeModel judge, ImmutableArray<Output<Page>> pages, GateRules rules) : Stage
{
    /// <summary>What the criteria found.</summary>
    public Input<Json<GateReport>> Report { get; } = judge.Report;

    /// <summary>The pages that tell of it: whoever is refused can read why.</summary>
    public Inputs<Page> Pages { get; } = new(pages);

    /// <summary>What an inconclusive verdict comes to, and who lets a refused model pass.</summary>
    public GateRules Rules { get; } = rules;

    /// <summary>The decision.</summary>
    public Output<Json<GateDecision>> Decision { get; } = new($"reports/{pipeline}/gate.json");

    /// <inheritdoc/>
    protected override Task RunAsync(StageRun run)
    {
        var report = run.Open(Report).Read();
        var decision = GateDecision.Of(report, Rules);
        if (!decision.IsPassed && decision.Override is null) throw GateErrors.Refused(decision, Pages.Count > 0 ? Pages[^1].Path : Report.Path);
        run.Open(Decision).Write(decision);
        foreach (var refusal in decision.Refusals) run.Note($"{refusal.Criterion}: {refusal.Verdict}. {refusal.Reason}");
        run.Conclude(decision.Override is { } allowed
            ? $"The gate refused {decision.Candidate} by {decision.Refusals.Length} of {report.Criteria.Length} criteria; {allowed.By} lets it pass: {allowed.Reason}"
            : $"The gate lets {decision.Candidate} pass: {string.Join(", ", report.Criteria.Select(result => $"{result.Name} {result.Deciding.Word}"))}");
        return Task.CompletedTask;
    }
}
