using System.Collections.Immutable;
using Kiln.Learning.Evaluating;
using Kiln.Learning.Models;
using Kiln.Learning.Reporting;
using Kiln.Learning.Training;

namespace Kiln.Pipelines.Fraud;

/// <summary>What the pages say of the fraud model: the words and figures, not the looks.</summary>
sealed record FraudPages
{
    const string Name = "Card-fraud classifier";

    public required RunFacts Facts { get; init; }

    public required bool IsSimulated { get; init; }

    public required SplitSettings Split { get; init; }

    public required ModelDescription Model { get; init; }

    public required int CardsPerDay { get; init; }

    public required TrainingRecord Record { get; init; }

    public required FraudEvaluation Evaluation { get; init; }

    public required ImmutableArray<DataWindow> Windows { get; init; }

    public ModelCard ModelCard() => new()
    {
        Name = Name,
        Summary = "Gives each card transaction the probability that it is fraudulent, from 15 features known when it is made.",
        IntendedUse = [$"Ranking cards for investigators who can look at {CardsPerDay} cards a day.", "A baseline that other fraud models are compared with."],
        OutOfScope = ["Blocking payments without a person's decision.", "Cards, terminals or currencies that behave unlike the data it was trained on."],
        Limits =
        [
            IsSimulated
                ? "The transactions are simulated: three fraud scenarios, no drift in spending, no fraudster who adapts."
                : "The transactions came from outside; their own limits are not known here.",
            $"Labels are assumed to be known {Split.DelayDays} days after a transaction.",
            "A card without history and a terminal without labels look like quiet ones.",
        ],
        Split = $"Trained on the rows up to {Split.TrainStart.AddDays(Split.TrainDays - 1):yyyy-MM-dd}; after {Split.DelayDays} days for labels to arrive, tested on {Split.TestDays} days without the cards "
            + "already known to be compromised. The threshold was chosen on the same two windows, earlier.",
        Data = Windows,
        Features = [.. FraudFeatures.Names.Select(name => new FeatureFact(name, Meaning(name)))],
        Architecture =
        [
            new("candidate", Record.Candidate),
            new("kind", Model.Kind),
            new("features", $"{Model.Features.Length}"),
            new("parameters", $"{Model.Parameters:#,0}"),
            new("library", Model.Library ?? "Kiln's own"),
            new("device", Record.Fit.Device),
            new("repeatable", Model.Reproducibility == Reproducibility.BitIdentical ? "to the bit" : "but for rounding, or on the same kind of GPU"),
        ],
        Settings = Settled(setting => true, nameof(Train)),
        Metrics = Metrics(),
        ThresholdRule = ThresholdRule,
        AtThreshold = Evaluation.Transactions.AtThreshold,
        Training = History(),
        Provenance = Provenance(),
        HowToScore = "using var model = ModelFolder.At(\"models/fraud/classifier\").Load();\nPredictions scores = model.Predict(Table.At(\"rows.parquet\"));",
    };

    public EvaluationPage EvaluationPage() => new()
    {
        Name = Name,
        Summary = $"The test window, {Windows[^1].From:yyyy-MM-dd} to {Windows[^1].To:yyyy-MM-dd}: {Windows[^1].Rows:#,0} transactions, {Windows[^1].Positives:#,0} fraudulent.",
        Metrics = Metrics(),
        References = IsSimulated ? null : Published,
        ThresholdRule = ThresholdRule,
        Evaluation = Evaluation.Transactions,
        CardPrecision = Evaluation.Cards,
        Training = History(),
        Data = Windows,
        Provenance = Provenance(),
        Graph = RunPages.GraphOf(Facts, nameof(Report), [nameof(Fraud.Split), nameof(Train), nameof(Evaluate)]),
        Timeline = RunPages.TimelineOf(Facts),
    };

    string ThresholdRule => $"{Record.Threshold.Rule}, by the model of the selection, which was fitted on the earlier window";

    /// <summary>Figures for the published transactions; a simulated world of one's own has none.</summary>
    static ReferenceResults Published => new()
    {
        Source = "Published results on the published transactions, single split (Fraud Detection Handbook, chapters 3 and 7). "
            + "They compare with this page's only where it was made from those transactions.",
        Metrics = ["AUC ROC", "average precision", "card precision@100"],
        Rows =
        [
            new("logistic regression", [0.871, 0.606, 0.291]),
            new("decision tree, depth 2", [0.763, 0.496, 0.241]),
            new("random forest", [0.867, 0.658, 0.287]),
            new("XGBoost", [0.862, 0.639, 0.273]),
            new("feed-forward network", [0.864, 0.653, 0.286]),
        ],
    };

    ImmutableArray<MetricFact> Metrics() =>
    [
        new("AUC ROC", Evaluation.Transactions.AreaUnderRoc, "The chance that a fraudulent transaction scores above a genuine one."),
        new("average precision", Evaluation.Transactions.AveragePrecision, "The mean precision over all thresholds, weighted by the recall each adds."),
        new($"card precision@{CardsPerDay}", Evaluation.Cards.Mean, $"Of the {CardsPerDay} highest-scored cards of a day, the share that is compromised."),
        new("log loss", Evaluation.Transactions.LogLoss, "How surprised the scores are by the labels, per transaction, in nats."),
        new("Brier score", Evaluation.Transactions.BrierScore, "The mean squared error of the scores as probabilities."),
    ];

    /// <summary>The fit whose course is drawn: of an ensemble the weightiest member's.</summary>
    FitRecord Curve => Record.Selection.Members.FirstOrDefault(member => !member.Epochs.IsEmpty) ?? Record.Selection;

    TrainingHistory History() => new()
    {
        Loss = "binary cross entropy",
        Metric = "average precision",
        BestEpoch = Curve.BestEpoch,
        Points = [.. Curve.Epochs.Select(epoch => new TrainingCurvePoint
        {
            Epoch = epoch.Epoch,
            TrainingLoss = epoch.TrainingLoss,
            ValidationLoss = epoch.ValidationLoss,
            ValidationMetric = epoch.Validation.GetValueOrDefault(Measures.Name(Measure.AveragePrecision), epoch.Validation.GetValueOrDefault("aucpr", double.NaN)),
        })],
    };

    Provenance Provenance() => RunPages.ProvenanceOf(
        Facts, Settled(key => key.EndsWith(".seed", StringComparison.Ordinal)),
        string.Join(' ', ["./build.sh --target Report", .. Facts.Overrides.Select(pair => $"--set {Quoted(pair)}")]));

    /// <summary>The settings that stages upstream were made with.</summary>
    ImmutableArray<Fact> Settled(Func<string, bool> isWanted, string? stage = null) =>
    [
        .. Facts.Upstream.Where(record => stage is null || record.Group == stage).SelectMany(record => record.Settings)
            .Where(setting => isWanted(setting.Key)).Distinct().Select(setting => new Fact(setting.Key, setting.Value)),
    ];

    /// <summary>As a shell takes it literally.</summary>
    static string Quoted(string text) => "'" + text.Replace("'", "'\\''", StringComparison.Ordinal) + "'";

    static string Meaning(string feature) => feature.Split('_') switch
    {
        ["TX", "AMOUNT"] => "the amount",
        ["TX", "DURING", "WEEKEND"] => "1 on Saturday and Sunday",
        ["TX", "DURING", "NIGHT"] => "1 until the hour of 6",
        ["CUSTOMER", "ID", "NB", "TX", var window, _] => $"the customer's transactions in the last {Days(window)}",
        ["CUSTOMER", "ID", "AVG", "AMOUNT", var window, _] => $"the mean amount of the customer's transactions in the last {Days(window)}",
        ["TERMINAL", "ID", "NB", "TX", var window, _] => $"the terminal's transactions in the {Days(window)} before labels are missing",
        ["TERMINAL", "ID", "RISK", var window, _] => $"the share of fraud among the terminal's transactions in the {Days(window)} before labels are missing",
        _ => "",
    };

    static string Days(string window) => window == "1DAY" ? "day" : window.Replace("DAY", " days", StringComparison.Ordinal);
}
