using Kiln.Data;
using Kiln.Learning.Evaluating;
using Kiln.Learning.Fitting;

namespace Kiln.Pipelines.Fraud;

/// <summary>Calibrates the model by what the model of the selection answered on the validation window, as the threshold is chosen: both learned in the same way, a fortnight apart.</summary>
[TaskDescription("Calibrates the model by the scores of the validation window.")]
public sealed class Calibrate(Train train, CalibrationSettings settings)
    : CalibrateModel("models/fraud", FraudProblem.Definition, train.Model, new("what the model of the selection, fitted on the earlier window, answered on the validation window", [train.ValidationScores]), settings)
{
    /// <inheritdoc/>
    protected override JudgedRows Read(Table table)
    {
        var scored = table.ReadColumns();
        return JudgedRows.Of(scored.Values<double>("SCORE"), scored.Values<bool>(TransactionEvents.Fraud).Span);
    }
}
