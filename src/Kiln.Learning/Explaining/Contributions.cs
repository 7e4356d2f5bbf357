using System.Collections.Immutable;
using Kiln.Learning.Boosting;
using Kiln.Learning.Ensembles;
using Kiln.Learning.LinearModels;
using Kiln.Learning.Models;
using Kiln.Learning.Networks;
using Kiln.Learning.Preparing;

namespace Kiln.Learning.Explaining;

/// <summary>
/// What each feature adds to each row's margin: the contributions of a row and output sum to its margin less the base, to the tolerance. The
/// margin is what a model computes before it makes an answer of it (<see cref="AttributionScale"/>).
/// </summary>
sealed record Contributions
{
    public required AttributionMethod Method { get; init; }

    public required AttributionScale Scale { get; init; }

    /// <summary>[rows, outputs, features].</summary>
    public required float[] Values { get; init; }

    /// <summary>[outputs]: the margin that contributions are counted from.</summary>
    public required double[] Base { get; init; }

    /// <summary>[rows, outputs].</summary>
    public required double[] Margins { get; init; }

    /// <summary>By how much a sum may miss its margin: as a share of the difference where it is above the unit, else of the unit.</summary>
    public required double Tolerance { get; init; }

    /// <summary>What 1 is on the scale that the tolerance is of.</summary>
    public double Unit { get; init; } = 1;

    /// <summary>Gradients a row, at most; 0 where none are taken.</summary>
    public int Steps { get; init; }

    /// <summary>Of an ensemble: its members, and each one's share.</summary>
    public ImmutableArray<(double Share, Contributions Contributions)> Members { get; init; } = [];

    public int Outputs => Base.Length;

    public int Rows => Margins.Length / Base.Length;

    public int Features => Values.Length / Margins.Length;

    /// <summary>What the features of a row add to an output, in order.</summary>
    public ReadOnlySpan<float> Of(int row, int output) => Values.AsSpan(((row * Outputs) + output) * Features, Features);

    /// <summary>By how much a row's contributions to an output miss its margin, and how much they may.</summary>
    public (double Gap, double Most) Gap(int row, int output)
    {
        var sum = 0.0;
        foreach (var contribution in Of(row, output)) sum += contribution;
        var difference = Margins[(row * Outputs) + output] - Base[output];
        return (Math.Abs(sum - difference), Tolerance * Math.Max(Unit, Math.Abs(difference)));
    }

    /// <summary>Why a predictor's answers cannot be taken apart; null where they can.</summary>
    public static string? Obstacle(IPredictor predictor, EstimatorSettings settings, Target target) => predictor switch
    {
        XGBoostPredictor or LinearPredictor => null,
        NetworkPredictor { Layout.Categories: > 0, Network.CategoryVectors: null } => "the network does not tell where its categories become vectors (TableNetwork.CategoryVectors)",
        NetworkPredictor => null,
        EnsemblePredictor ensemble => ensemble.Members.Zip(settings.Ensemble!.Members, (member, its) => InEnsemble(member.Predictor, its.Model, target)).FirstOrDefault(reason => reason is not null),
        _ => "no feature adds anything to its answers",
    };

    /// <summary>What contributes to a predictor's margins, where there is no <see cref="Obstacle"/>.</summary>
    /// <param name="predictor">The predictor.</param>
    /// <param name="settings">What it was fitted by.</param>
    /// <param name="target">What it answers.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="reference">Rows whose means are the baseline.</param>
    /// <param name="attribution">How.</param>
    /// <exception cref="KilnException">A network misses a number, or trees' contributions do not sum up.</exception>
    public static Contributions Of(IPredictor predictor, EstimatorSettings settings, Target target, FeatureMatrix rows, FeatureMatrix reference, AttributionSettings attribution) => predictor switch
    {
        XGBoostPredictor trees => TreeContributions.Of(trees, settings.Xgboost!.Objective, target, rows),
        NetworkPredictor network => new IntegratedGradients(network, reference, attribution).Of(rows),
        LinearPredictor linear => LinearContributions.Of(linear, target, rows, reference, attribution.Baseline),
        EnsemblePredictor ensemble => Weighted([.. ensemble.Members.Zip(settings.Ensemble!.Members, (member, its) => (member.Share, Of(member.Predictor, its.Model, target, rows, reference, attribution)))]),
        _ => throw new ArgumentException("Its answers cannot be taken apart.", nameof(predictor)),
    };

    /// <summary>The largest margin: what single precision is a share of.</summary>
    public static double Largest(double[] margins, double[] bases) => margins.Concat(bases).Max(Math.Abs);

    /// <summary>The scale of margins that the usual link makes answers of.</summary>
    public static AttributionScale Natural(Target target) => target.Task switch
    {
        LearningTask.Binary => AttributionScale.LogOdds,
        LearningTask.MultiClass => AttributionScale.ClassMargin,
        _ => AttributionScale.Value,
    };

    static string? InEnsemble(IPredictor predictor, EstimatorSettings settings, Target target) =>
        Obstacle(predictor, settings, target) ?? (predictor is XGBoostPredictor && TreeContributions.ScaleOf(settings.Xgboost!.Objective, target) == AttributionScale.Margin
            ? $"the sum of its trees ({settings.Xgboost.Objective}) is not what the ensemble averages"
            : null);

    // An ensemble is the weighted mean of its members' margins, and so are its contributions; of several classes up to a term that all classes share.
    static Contributions Weighted(ImmutableArray<(double Share, Contributions Contributions)> members)
    {
        var first = members[0].Contributions;
        var (values, margins, start) = (new float[first.Values.Length], new double[first.Margins.Length], new double[first.Outputs]);
        foreach (var (share, its) in members)
        {
            for (var i = 0; i < values.Length; i++) values[i] += (float)(share * its.Values[i]);
            for (var i = 0; i < margins.Length; i++) margins[i] += share * its.Margins[i];
            for (var i = 0; i < start.Length; i++) start[i] += share * its.Base[i];
        }
        return new()
        {
            Method = AttributionMethod.Weighted,
            Scale = first.Scale,
            Values = values,
            Base = start,
            Margins = margins,
            Tolerance = members.Max(member => member.Contributions.Tolerance),
            Unit = members.Max(member => member.Contributions.Unit),
            Steps = members.Max(member => member.Contributions.Steps),
            Members = members,
        };
    }
}
