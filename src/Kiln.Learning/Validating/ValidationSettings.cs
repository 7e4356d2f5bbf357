namespace Kiln.Learning.Validating;

/// <summary>On which folds candidates are compared: exactly one of these.</summary>
public sealed record ValidationSettings
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
        FoldPlan?[] given = [HoldOut, KFold, GroupedKFold, TimeOrdered];
        return given.OfType<FoldPlan>().ToArray() is [var only] ? only : throw ValidatingErrors.NotOnePlan(given.Count(plan => plan is not null));
    }
}
