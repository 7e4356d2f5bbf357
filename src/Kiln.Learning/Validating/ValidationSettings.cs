using System.ComponentModel.DataAnnotations;
using Kiln.Learning.Models;

namespace Kiln.Learning.Validating;

/// <summary>On which folds candidates are compared: exactly one of these.</summary>
public sealed record ValidationSettings : IValidatableObject
{
    /// <summary>A share of the rows.</summary>
    public HoldOut? HoldOut { get; init; }

    /// <summary>Every row once.</summary>
    public KFold? KFold { get; init; }

    /// <summary>Every group once.</summary>
    public GroupedKFold? GroupedKFold { get; init; }

    /// <summary>Windows of days, each after what is learned from.</summary>
    public TimeOrdered? TimeOrdered { get; init; }

    /// <summary>The one that is given.</summary>
    /// <exception cref="KilnException">Not exactly one is given.</exception>
    public FoldPlan Choose()
    {
        var given = Plans.Where(plan => plan.Given is not null).ToArray();
        return given is [var only] ? (FoldPlan)only.Given! : throw ValidatingErrors.NotOnePlan(given.Select(plan => plan.Name));
    }

    (string Name, object? Given)[] Plans => [("holdOut", HoldOut), ("kFold", KFold), ("groupedKFold", GroupedKFold), ("timeOrdered", TimeOrdered)];

    IEnumerable<ValidationResult> IValidatableObject.Validate(ValidationContext validationContext) => OneOf.Check("candidates are compared on folds of exactly one kind", Plans);
}
