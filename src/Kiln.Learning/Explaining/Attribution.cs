using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Kiln.Learning.Models;

namespace Kiln.Learning.Explaining;

/// <summary>How an answer was taken apart.</summary>
public enum AttributionMethod
{
    /// <summary>Shapley values of trees (TreeSHAP, path-dependent), by XGBoost.</summary>
    TreeShap,

    /// <summary>Integrated gradients of a network.</summary>
    IntegratedGradients,

    /// <summary>Coefficients times distances from the baseline.</summary>
    Linear,

    /// <summary>An ensemble's: the sum of its members' contributions, each by its own method and times its share.</summary>
    Weighted,
}

/// <summary>What contributions sum to.</summary>
public enum AttributionScale
{
    /// <summary>The logarithm of the odds of the second class.</summary>
    LogOdds,

    /// <summary>What each class's probability is the softmax of; only differences between classes mean something.</summary>
    ClassMargin,

    /// <summary>The value as it is learned: transformed, and by its exposure.</summary>
    Value,

    /// <summary>The trees' sum before an objective of one's own makes an answer of it, such as a logarithm of counts.</summary>
    Margin,
}

/// <summary>
/// What each column adds to a model's answers. The contributions of a row sum to its margin less <see cref="OutputAttribution.Base"/>; those of
/// features that are made of one column are summed to the column's.
/// </summary>
public sealed record Attribution
{
    const int MostContributions = 1 << 24;
    const int ReferenceRows = 5000;

    /// <summary>How.</summary>
    public required AttributionMethod Method { get; init; }

    /// <summary>What the contributions sum to.</summary>
    public required AttributionScale Scale { get; init; }

    /// <summary>Whether answers are calibrated after the margin that contributions sum to, which is the model's as it was fitted.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool IsBeforeCalibration { get; init; }

    /// <summary>Rows whose answers were attributed.</summary>
    public required int Rows { get; init; }

    /// <summary>Of a member of an ensemble: its share in the sum; else 1.</summary>
    public double Share { get; init; } = 1;

    /// <summary>Gradients that were taken for a row, at most; 0 for methods that take none.</summary>
    public int Steps { get; init; }

    /// <summary>By how much a row's contributions miss its margin, at most.</summary>
    public required double LargestGap { get; init; }

    /// <summary>The part of the rows whose contributions miss their margins by more than the tolerance: above 0, a page says so.</summary>
    public required double IncompleteShare { get; init; }

    /// <summary>One for each class of several; of two classes one, that of the second; of a regression one.</summary>
    public required ImmutableArray<OutputAttribution> Outputs { get; init; }

    /// <summary>Of an ensemble: each member's own, without single contributions.</summary>
    public ImmutableArray<Attribution> Members { get; init; } = [];

    /// <summary>
    /// Takes a model's answers apart: trees by Shapley values, networks by integrated gradients, linear models by their coefficients, ensembles by the
    /// weighted sum of their members'.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="rows">Rows such as it answers.</param>
    /// <param name="settings">How many rows and steps.</param>
    /// <param name="seed">What rows are drawn by.</param>
    /// <param name="reference">Rows whose means are the baseline, such as the training rows; null: the rows themselves.</param>
    /// <exception cref="KilnException">There are no rows, the answers cannot be taken apart, or trees' contributions do not sum to their margins.</exception>
    public static Attribution Of(Model model, Data.TableColumns rows, AttributionSettings? settings = null, int seed = 0, Data.TableColumns? reference = null)
    {
        settings ??= new();
        SettingsCheck.All("explain.attribution", settings);
        if (rows.RowCount == 0 || reference?.RowCount == 0) throw ExplainingErrors.NoRows();
        if (Obstacle(model) is { } reason) throw ExplainingErrors.NotAttributed(model.Description.Kind, reason);
        var (outputs, features) = (model.Target.Outputs, model.Preparation.Features.Length);
        var most = Math.Max(1, Math.Min(settings.Rows / outputs, MostContributions / outputs / features));
        var inputs = new ModelInputs(model, rows.Take(RowSample.Of(rows.RowCount, most, seed)));
        var prepared = inputs.Prepare();
        // The mean of so many is near enough to that of all.
        var known = (reference ?? rows).Take(RowSample.Of((reference ?? rows).RowCount, Math.Clamp(MostContributions / features, 1, ReferenceRows), seed));
        var contributions = Contributions.Of(model.Predictor, model.Description.Estimator, model.Target, prepared, new ModelInputs(model, known).Prepare(), settings);
        return new AttributionSummary(model, inputs, settings, seed).Of(contributions);
    }

    /// <summary>
    /// Why a model's answers are no sum of what columns add; null where they are one. The baseline's are none, nor those of ensembles with trees whose
    /// objective makes something else of their sum than the ensemble averages, or of networks that keep where categories become vectors to themselves.
    /// </summary>
    public static string? Obstacle(Model model) => Contributions.Obstacle(model.Predictor, model.Description.Estimator, model.Target);
}

/// <summary>What adds to one of a model's answers.</summary>
public sealed record OutputAttribution
{
    /// <summary>The class; null for a regression's value.</summary>
    public string? Class { get; init; }

    /// <summary>What contributions are counted from: the mean of trees' margins over their training rows, or the margin at the baseline.</summary>
    public required double Base { get; init; }

    /// <summary>The columns, those that add the most first.</summary>
    public required ImmutableArray<ColumnAttribution> Columns { get; init; }
}

/// <summary>What a column adds.</summary>
public sealed record ColumnAttribution
{
    /// <summary>The column.</summary>
    public required string Column { get; init; }

    /// <summary>The mean of its contributions' absolute values over the rows.</summary>
    public required double MeanAbsolute { get; init; }

    /// <summary>The mean of its contributions over the rows.</summary>
    public required double Mean { get; init; }

    /// <summary>The features that are made of it, those that add the most first; of very many the first hundred.</summary>
    public required ImmutableArray<FeatureAttribution> Features { get; init; }

    /// <summary>Its contributions to some rows, the same rows of every column and class, in their order. Empty where they are not kept.</summary>
    public required ImmutableArray<AttributionPoint> Points { get; init; }
}

/// <summary>What a feature adds.</summary>
/// <param name="Feature">The feature.</param>
/// <param name="MeanAbsolute">The mean of its contributions' absolute values over the rows.</param>
public sealed record FeatureAttribution(string Feature, double MeanAbsolute);

/// <summary>A column's contribution to one row.</summary>
/// <param name="Contribution">What it adds.</param>
/// <param name="Level">The part of the rows whose value is lower, from 0 to 1 (equal ones count half): what a beeswarm is coloured by. Null for categories and missing values.</param>
/// <param name="Value">The row's value as people read it; null for missing ones, and for bytes.</param>
public sealed record AttributionPoint(float Contribution, double? Level, string? Value);
