using System.Collections.Immutable;
using Kiln.Learning.Gates;

namespace Kiln.Learning.Fitting;

/// <summary>Lets the model pass, or ends the run with exit code 3. An override is recorded with its reason.</summary>
[TaskDescription("Lets the model pass by what the criteria found, or refuses it (exit code 3).")]
public sealed class GateModel(string pipeline, JudgeModel judge, GateSettings settings, OverrideSettings @override) : Stage
{
    /// <summary>What the criteria found.</summary>
    public Input<Json<GateReport>> Report { get; } = judge.Report;

    /// <summary>What an inconclusive verdict comes to.</summary>
    public InconclusiveMeans Inconclusive { get; } = settings.Inconclusive;

    /// <summary>Who lets a refused model pass, and why.</summary>
    public GateOverride? Override { get; } = @override.Choose();

    /// <summary>The decision.</summary>
    public Output<Json<GateDecision>> Decision { get; } = new($"reports/{pipeline}/gate.json");

    /// <inheritdoc/>
    protected override Task RunAsync(StageRun run)
    {
        var report = run.Open(Report).Read();
        var decision = GateDecision.Of(report, Inconclusive, Override);
        if (!decision.IsPassed && decision.Override is null) throw GateErrors.Refused(decision, Report.Path);
        run.Open(Decision).Write(decision);
        foreach (var refusal in decision.Refusals) run.Note($"{refusal.Criterion}: {refusal.Verdict}. {refusal.Reason}");
        run.Conclude(decision.Override is { } allowed
            ? $"The gate refused {decision.Candidate} by {decision.Refusals.Length} of {report.Criteria.Length} criteria; {allowed.By} lets it pass: {allowed.Reason}"
            : $"The gate lets {decision.Candidate} pass: {string.Join(", ", report.Criteria.Select(result => $"{result.Name} {result.Deciding.Word}"))}");
        return Task.CompletedTask;
    }
}
