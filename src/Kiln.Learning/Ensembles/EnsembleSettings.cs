using System.Collections.Immutable;
using System.ComponentModel.DataAnnotations;
using Kiln.Learning.Boosting;
using Kiln.Learning.LinearModels;
using Kiln.Learning.Models;
using Kiln.Learning.Networks;

namespace Kiln.Learning.Ensembles;

/// <summary>Several models that answer together.</summary>
public sealed record EnsembleSettings : IValidatableObject
{
    /// <summary>The models; all learn from the same prepared rows, or from the last days of them.</summary>
    public ImmutableArray<EnsembleMember> Members { get; init => field = value.IsDefault ? [] : value; } = [];

    IEnumerable<ValidationResult> IValidatableObject.Validate(ValidationContext validationContext)
    {
        if (Members.Length < 2) yield return new($"an ensemble has at least 2 members; here {(Members.IsEmpty ? "is none" : "is 1")}");
        if (Members.IndexOf(null!) is var missing and >= 0) yield return new($"member {missing} (from 0) is null");
    }
}

/// <summary>One of several models that answer together: exactly one way to learn, and how much it counts.</summary>
public sealed record EnsembleMember : IValidatableObject
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

    IEnumerable<ValidationResult> IValidatableObject.Validate(ValidationContext validationContext)
    {
        foreach (var fault in OneOf.Check("a member has exactly one way to learn", ("linear", Linear), ("xgboost", Xgboost), ("network", Network))) yield return fault;
        // Each would have a best epoch of its own, which nobody could fit it anew by.
        if (Model.NeedsValidation) yield return new("a member of an ensemble does not stop early: set its patience to 0, and leave its monitor out");
    }
}
