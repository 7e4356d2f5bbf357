using Kiln.Data;
using Kiln.Learning.Evaluating;

namespace Kiln.Pipelines.Fraud;

/// <summary>Chooses above which score a transaction is flagged, by what the model of the selection answered on the validation window. Another rule trains nothing.</summary>
[TaskDescription("Chooses the threshold on the validation window, by the rule of the settings.")]
public sealed class ChooseThreshold(Train train, ThresholdSettings settings) : Stage
{
    /// <summary>The library that reads the table.</summary>
    public Input<PlainFile> DuckDbLibrary { get; } = DuckDb.Library;

    /// <summary>Labels and scores of the validation window.</summary>
    public Input<Table> Scores { get; } = train.ValidationScores;

    /// <summary>The threshold.</summary>
    public Output<Json<ThresholdChoice>> Threshold { get; } = new("models/fraud/threshold.json");

    /// <inheritdoc/>
    protected override Task RunAsync(StageRun run)
    {
        var scored = run.Open(Scores).ReadColumns();
        var choice = settings.Choose(Ranking.Of(scored.Values<double>("SCORE").Span, scored.Values<bool>(TransactionEvents.Fraud).Span));
        run.Open(Threshold).Write(choice);
        run.Metric("threshold", choice.Threshold);
        return Task.CompletedTask;
    }
}
