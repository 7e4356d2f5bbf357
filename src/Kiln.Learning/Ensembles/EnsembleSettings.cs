using System.Collections.Immutable;
using System.ComponentModel.DataAnnotations;
using Kiln.Learning.Boosting;
using Kiln.Learning.LinearModels;
using Kiln.Learning.Models;
using Kiln.Learning.Networks;

namespace Kiln.Learning.Ensembles;

/// <summary>Several models that answer together.</summary>
public sealed record EnsembleSettings
{
    /// <summary>The models; all learn from the same prepared rows, or from the last days of them.</summary>
    public ImmutableArray<EnsembleMember> Members { get; init; } = [];
}

/// <summary>One of several models that answer together: exactly one way to learn, and how much it counts.</summary>
public sealed record EnsembleMember
{
    /// <summary>How much its answer counts beside the others'.</summary>
    [Range(1e-6, 1e6)]
    public double Weight { get; init; } = 1;

    /// <summary>Days before the end of the training rows that it learns from; 0: all of them.</summary>
    [Range(0, 100_000)]
    public int Days { get; init; }

    /// <summary>Logistic or linear regression.</summary>
    public LinearSettings? Linear { get; init; }

    /// <summary>Boosted trees.</summary>
    public XGBoostSettings? Xgboost { get; init; }

    /// <summary>A neural network.</summary>
    public NetworkSettings? Network { get; init; }

    internal EstimatorSettings Model => new() { Linear = Linear, Xgboost = Xgboost, Network = Network };

    internal EnsembleMember With(EstimatorSettings model) => this with { Linear = model.Linear, Xgboost = model.Xgboost, Network = model.Network };
}
