using System.Collections.Immutable;
using Kiln.Learning.Fitting;
using Kiln.Learning.Reporting;

namespace Kiln.Pipelines.Fraud;

/// <summary>What the pages say of the fraud model beyond what they say of every model.</summary>
/// <param name="IsSimulated">Whether the transactions were simulated: the card says so.</param>
/// <param name="Split">How rows were told apart.</param>
/// <param name="CardsPerDay">How many cards a day the investigators can look at.</param>
public sealed record FraudPages(bool IsSimulated, SplitSettings Split, int CardsPerDay)
{
    /// <summary>What people say of the model, with what follows from the settings.</summary>
    public CardSettings Words(CardSettings words) => words with
    {
        Data = (IsSimulated
                ? "The transactions are simulated: three fraud scenarios, no drift in spending, no fraudster who adapts. "
                : "The transactions came from outside; their own limits are not known here. ")
            + $"Trained on the rows up to {Split.TrainStart.AddDays(Split.TrainDays - 1):yyyy-MM-dd}; after {Split.DelayDays} days for labels to arrive, tested on {Split.TestDays} days without the cards "
            + "already known to be compromised. The threshold was chosen on the same two windows, earlier.",
        Columns = [.. FraudFeatures.Names.Select(name => new ColumnMeaning { Name = name, Meaning = Meaning(name) })],
    };

    public ImmutableArray<MetricFact> Metrics(FraudEvaluation evaluation) =>
    [
        new("AUC ROC", evaluation.Transactions.AreaUnderRoc, "The chance that a fraudulent transaction scores above a genuine one."),
        MeasureFacts.Of("average precision", evaluation.Transactions.AveragePrecision),
        new($"card precision@{CardsPerDay}", evaluation.Cards.Mean, $"Of the {CardsPerDay} highest-scored cards of a day, the share that is compromised; cards found on an earlier day are out."),
        MeasureFacts.Of("log loss", evaluation.Transactions.LogLoss),
        MeasureFacts.Of("Brier score", evaluation.Transactions.BrierScore),
    ];

    /// <summary>Figures for the published transactions; a simulated world of one's own has none.</summary>
    public ReferenceResults? References => IsSimulated ? null : new()
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
