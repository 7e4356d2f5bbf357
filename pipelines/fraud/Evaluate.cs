using System.ComponentModel.DataAnnotations;
using Kiln.Data;
using Kiln.Learning.Evaluating;
using Kiln.Learning.Fitting;
using Kiln.Learning.Models;

namespace Kiln.Pipelines.Fraud;

/// <summary>How the model is judged.</summary>
public sealed record EvaluateSettings
{
    /// <summary>How many cards a day the investigators can look at: the k of card precision.</summary>
    [Range(1, 1_000_000)]
    public int CardsPerDay { get; init; } = 100;
}

/// <summary>What the model reaches on the test week.</summary>
public sealed record FraudEvaluation
{
    /// <summary>Ranking, calibration, and the confusion at the stated threshold.</summary>
    public required BinaryEvaluation Transactions { get; init; }

    /// <summary>Card precision, day by day.</summary>
    public required CardPrecision Cards { get; init; }
}

/// <summary>Scores the test week with the model's folder alone, and measures how well it does.</summary>
[TaskDescription("Scores the test week and measures AUC ROC, average precision and card precision.")]
public sealed class Evaluate(Split split, Output<ModelFolder> model, ChooseThreshold threshold, EvaluateSettings settings) : Stage
{
    /// <summary>The libraries that score.</summary>
    public Inputs<PlainFile> Libraries { get; } = LearningLibraries.All;

    /// <summary>The test week.</summary>
    public Input<Table> Test { get; } = split.Test;

    /// <summary>The model.</summary>
    public Input<ModelFolder> Model { get; } = model;

    /// <summary>The threshold.</summary>
    public Input<Json<ThresholdChoice>> Threshold { get; } = threshold.Threshold;

    /// <summary>Each test transaction with its score.</summary>
    public Output<Table> Scores { get; } = new("reports/fraud/scores.parquet");

    /// <summary>The measures.</summary>
    public Output<Json<FraudEvaluation>> Metrics { get; } = new("reports/fraud/metrics.json");

    /// <inheritdoc/>
    protected override Task RunAsync(StageRun run)
    {
        using var model = run.Open(Model).Load();
        var test = FraudProblem.Definition.ReadTest(run.Open(Test), Test.Path);
        var labels = Measures.ToTruths(test.Labels.Span);
        var scores = model.Predict(test.Columns).ToDoubles();

        var evaluation = new FraudEvaluation
        {
            Transactions = BinaryEvaluation.Of(scores, labels, run.Open(Threshold).Read().Threshold),
            Cards = FraudProblem.Cards(test.Columns, scores, labels, settings.CardsPerDay),
        };
        run.Open(Metrics).Write(evaluation);
        run.Open(Scores).Write([
            .. new[] { TransactionEvents.Id, TransactionEvents.Time, TransactionEvents.Customer }.Select(name => test.Columns[name]),
            Column.Of<bool>(TransactionEvents.Fraud, labels),
            Column.Of<double>("SCORE", scores),
        ]);
        run.Metric("AUC ROC", evaluation.Transactions.AreaUnderRoc);
        run.Metric("average precision", evaluation.Transactions.AveragePrecision);
        run.Metric($"card precision@{settings.CardsPerDay}", evaluation.Cards.Mean);
        return Task.CompletedTask;
    }
}
