using System.Collections.Immutable;
using System.ComponentModel.DataAnnotations;

namespace Kiln.Learning.Gates;

/// <summary>
/// What a model has to reach before it leaves training; how sure that has to be, <see cref="Evaluating.Resampling.IntervalSettings"/> says. Stages that fit do not ask for it: changing it makes
/// the judgement out of date, and not the model.
/// </summary>
[SettingsSection("gates")]
public sealed record GateSettings : IValidatableObject
{
    /// <summary>What is asked, each by a name of its own; all of it has to pass.</summary>
    public ImmutableArray<Criterion> Criteria { get; init; } = [];

    /// <summary>Fewer rows than these decide nothing.</summary>
    [Range(1, int.MaxValue)]
    public int LeastRows { get; init; } = 100;

    /// <summary>Of two classes: fewer rows of either class than these decide nothing.</summary>
    [Range(1, int.MaxValue)]
    public int LeastOfEachClass { get; init; } = 50;

    /// <summary>Where rows are drawn by clusters: fewer clusters than these decide nothing.</summary>
    [Range(2, int.MaxValue)]
    public int LeastClusters { get; init; } = 20;

    /// <summary>What a verdict comes to that the rows do not suffice for.</summary>
    public InconclusiveMeans Inconclusive { get; init; } = InconclusiveMeans.Fail;

    /// <summary>The folder of the model that is to be replaced; empty: there is none yet.</summary>
    public string? Champion { get; init; }

    IEnumerable<ValidationResult> IValidatableObject.Validate(ValidationContext validationContext)
    {
        if (Criteria.GroupBy(criterion => criterion.Name, StringComparer.OrdinalIgnoreCase).FirstOrDefault(group => group.Count() > 1) is { } twice)
            yield return new($"two criteria are called {string.Join(" and ", twice.Select(criterion => criterion.Name).Distinct())}");
        if (Criteria.GroupBy(criterion => criterion with { Name = "" }).FirstOrDefault(group => group.Count() > 1) is { } same)
            yield return new($"two criteria ask the same: {string.Join(" and ", same.Select(criterion => criterion.Name))}");
    }
}

/// <summary>What an inconclusive verdict comes to.</summary>
public enum InconclusiveMeans
{
    /// <summary>The model does not pass: what is not shown does not count.</summary>
    Fail,

    /// <summary>The model passes: only what is shown to be bad stops it.</summary>
    Pass,
}

/// <summary>Lets a model pass that the criteria refuse. It is recorded with the decision, and shown on the pages.</summary>
[SettingsSection("override")]
public sealed record OverrideSettings : IValidatableObject
{
    /// <summary>Who decides so.</summary>
    public string? By { get; init; }

    /// <summary>Why.</summary>
    public string? Reason { get; init; }

    /// <summary>The override; null where there is none.</summary>
    public GateOverride? Choose() => By is null || Reason is null ? null : new(By, Reason);

    IEnumerable<ValidationResult> IValidatableObject.Validate(ValidationContext validationContext)
    {
        if (By is null != Reason is null) yield return new("by and reason go together: who lets the model pass, and why");
        if (By is not null && string.IsNullOrWhiteSpace(By)) yield return new("by names somebody");
        if (Reason is not null && string.IsNullOrWhiteSpace(Reason)) yield return new("reason says why");
    }
}

/// <summary>Who lets a refused model pass, and why.</summary>
public sealed record GateOverride(string By, string Reason);
