using Kiln.Data;
using Kiln.Learning.Evaluating;
using Kiln.Learning.Fitting;

namespace Kiln.Pipelines.Fraud;

/// <summary>
/// Chooses above which score a transaction is flagged, by what the model of the selection answered on the validation window, calibrated where the model's answers are. Another
/// rule trains nothing.
/// </summary>
[TaskDescription("Chooses the threshold on the validation window, by the rule of the settings.")]
public sealed class ChooseThreshold(Train train, Calibrate? calibrate, ThresholdSettings settings) : Stage
{
    /// <summary>The library that reads the table.</summary>
    public Input<PlainFile> DuckDbLibrary { get; } = DuckDb.Library;

    /// <summary>Labels and scores of the validation window.</summary>
    public Input<Table> Scores { get; } = train.ValidationScores;

    /// <summary>How the model's answers are calibrated, where they are.</summary>
    public Inputs<Json<CalibrationReport>> Calibration { get; } = CalibrateModel.ReportOf(calibrate);

    /// <summary>The threshold.</summary>
    public Output<Json<ThresholdChoice>> Threshold { get; } = new("models/fraud/threshold.json");

    /// <inheritdoc/>
    protected override Task RunAsync(StageRun run)
    {
        var scored = run.Open(Scores).ReadColumns();
        // In single precision, as the model answers: what it ties stays tied.
        var scores = Array.ConvertAll(scored.Values<double>("SCORE").ToArray(), score => (float)score);
        foreach (var report in run.Open(Calibration)) report.Read().Calibrator.Apply(scores);
        var choice = settings.Choose(Ranking.Of(Array.ConvertAll(scores, score => (double)score), scored.Values<bool>(TransactionEvents.Fraud).Span));
        run.Open(Threshold).Write(choice);
        run.Metric("threshold", choice.Threshold);
        return Task.CompletedTask;
    }
}
