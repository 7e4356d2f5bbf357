using Kiln.Learning.Evaluating;
using Kiln.Learning.Fitting;
using Kiln.Learning.Models;

namespace Kiln.Pipelines.Fraud;

/// <summary>A candidate on a week: ranking measures, and card precision.</summary>
[TaskDescription("Fits one candidate before one week, and measures it on that week.")]
public sealed class FraudFold(Candidate candidate, SplitFold fold, EvaluateSettings settings)
    : FitFold("fraud", candidate, FraudProblem.Definition, new(fold.Key, fold.Training, fold.Assessed))
{
    /// <inheritdoc/>
    protected override IEnumerable<KeyValuePair<string, double>> Measure(Examples assessed, Predictions predictions) =>
    [
        .. base.Measure(assessed, predictions),
        KeyValuePair.Create($"card precision@{settings.CardsPerDay}", FraudProblem.Cards(assessed.Columns, predictions.ToDoubles(), Measures.ToTruths(assessed.Labels.Span), settings.CardsPerDay).Mean),
    ];
}
