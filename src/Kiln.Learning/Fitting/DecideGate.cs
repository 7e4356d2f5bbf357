using Kiln.Learning.Gates;

namespace Kiln.Learning.Fitting;

/// <summary>Decides whether the model passes, by what the criteria found. The decision is written whatever it is; <see cref="GateModel"/> acts by it.</summary>
[TaskDescription("Decides whether the model passes, by what the criteria found.")]
public sealed class DecideGate(string pipeline, JudgeModel judge, GateRules rules) : Stage
{
    /// <summary>What the criteria found.</summary>
    public Input<Json<GateReport>> Report { get; } = judge.Report;

    /// <summary>What an inconclusive verdict comes to, and who lets a refused model pass.</summary>
    public GateRules Rules { get; } = rules;

    /// <summary>The decision.</summary>
    public Output<Json<GateDecision>> Decision { get; } = new($"reports/{pipeline}/gate.json");

    /// <inheritdoc/>
    protected override Task RunAsync(StageRun run)
    {
        run.Open(Decision).Write(GateDecision.Of(run.Open(Report).Read(), Rules));
        return Task.CompletedTask;
    }
}
