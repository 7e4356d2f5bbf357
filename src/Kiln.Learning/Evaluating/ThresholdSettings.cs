using System.ComponentModel.DataAnnotations;
using Kiln.Learning.Models;

namespace Kiln.Learning.Evaluating;

/// <summary>By what the threshold of two classes is chosen on validation rows: exactly one of these, or nothing for the greatest F1.</summary>
[SettingsSection("threshold")]
public sealed record ThresholdSettings : IValidatableObject
{
    /// <summary>The greatest F-beta: how many times as much recall counts as precision.</summary>
    [Range(0.01, 100.0)]
    public double? FBeta { get; init; }

    /// <summary>The least cost.</summary>
    public ErrorCosts? Cost { get; init; }

    /// <summary>As many of the validation rows as may be flagged.</summary>
    [Range(1, int.MaxValue)]
    public int? AlertBudget { get; init; }

    /// <summary>Chooses.</summary>
    /// <exception cref="KilnException">So few rows may be flagged that those of the highest score are too many.</exception>
    public ThresholdChoice Choose(Ranking validation) => this switch
    {
        { Cost: { } cost } => ThresholdChoice.LeastCost(validation, cost.Miss, cost.FalseAlarm),
        { AlertBudget: { } alerts } => ThresholdChoice.AlertBudget(validation, alerts),
        _ => ThresholdChoice.GreatestF(validation, FBeta ?? 1),
    };

    IEnumerable<ValidationResult> IValidatableObject.Validate(ValidationContext validationContext) =>
        FBeta is null && Cost is null && AlertBudget is null ? [] : OneOf.Check("a threshold is chosen by one rule", ("fBeta", FBeta), ("cost", Cost), ("alertBudget", AlertBudget));
}

/// <summary>What the two errors cost, in one unit.</summary>
public sealed record ErrorCosts
{
    /// <summary>A positive that is not flagged.</summary>
    [Range(1e-9, 1e12)]
    public required double Miss { get; init; }

    /// <summary>A negative that is flagged.</summary>
    [Range(1e-9, 1e12)]
    public required double FalseAlarm { get; init; }
}
