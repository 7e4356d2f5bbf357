using System.Text.RegularExpressions;

namespace Kiln.Learning.Reporting;

/// <summary>What measures mean to a reader who does not know them, and what the catalogs of models call them.</summary>
public static partial class MeasureFacts
{
    static readonly Dictionary<string, (string Catalog, string Meaning)> Known = new(StringComparer.Ordinal)
    {
        ["AUC ROC"] = ("roc_auc", "The chance that a positive row scores above a negative one."),
        ["average precision"] = ("average_precision", "The mean precision over all thresholds, weighted by the recall each adds."),
        ["accuracy"] = ("accuracy", "The share of rows whose most probable class is the right one."),
        ["log loss"] = ("log_loss", "How surprised the probabilities are by the labels, per row, in nats."),
        ["Brier score"] = ("brier_score", "The mean squared error of the probabilities."),
        ["calibration error"] = ("ece", "The mean distance of the share of positives from the score."),
        ["precision"] = ("precision", "Of the rows that were flagged, the share that is positive."),
        ["recall"] = ("recall", "Of the positive rows, the share that was flagged."),
        ["F1"] = ("f1", "The harmonic mean of precision and recall."),
        ["macro F1"] = ("f1_macro", "The harmonic mean of precision and recall of each class, every class counting the same."),
        ["balanced accuracy"] = ("balanced_accuracy", "The mean over the classes of the share of their rows that was found."),
        ["MCC"] = ("matthews_correlation", "Matthews' correlation of answers and labels, from −1 to 1."),
        ["RMSE"] = ("rmse", "The root of the mean squared error, in the unit of the values: large errors count most."),
        ["MAE"] = ("mae", "The mean absolute error, in the unit of the values."),
        ["R²"] = ("r_squared", "The share of the values' variance that is explained; 1 at best."),
        ["MAPE"] = ("mape", "The mean absolute error as a share of the value."),
    };

    /// <summary>A measure's value with what it means; without words where nothing is known of it.</summary>
    public static MetricFact Of(string name, double value) => new(name, value, Known.TryGetValue(name, out var known) ? known.Meaning : "");

    /// <summary>What a catalog calls a measure: one of the Hugging Face Hub's own names, or its name in their form.</summary>
    internal static string CatalogName(string name) => Known.TryGetValue(name, out var known) ? known.Catalog : NotInNames().Replace(name.ToLowerInvariant(), "_").Trim('_');

    [GeneratedRegex("[^a-z0-9]+")]
    private static partial Regex NotInNames();
}
