using System.Collections.Immutable;
using System.ComponentModel.DataAnnotations;

namespace Kiln.Learning.Leakage;

/// <summary>What test rows may have in common with training rows before that is called suspicious.</summary>
[SettingsSection("leakage")]
public sealed record LeakageSettings
{
    /// <summary>The share of test rows that may equal a training row, with the label or without. Rows of few coarse columns are equal by chance.</summary>
    [Range(0.0, 1.0)]
    public double MostDuplicates { get; init; }

    /// <summary>The area under the ROC curve that one feature may reach by itself; of several classes the mean over each beside the others.</summary>
    [Range(0.5, 1.0)]
    public double MostAuc { get; init; } = 0.95;

    /// <summary>The share of a regression's variance that one feature may explain by itself.</summary>
    [Range(0.0, 1.0)]
    public double MostR2 { get; init; } = 0.9;

    /// <summary>Whose rows are not to be on both sides, such as customers or patients.</summary>
    public ImmutableArray<EntitySettings> Entities { get; init; } = [];

    /// <summary>Columns that tell when features were known, each beside that of the label.</summary>
    public ImmutableArray<KnownTimeSettings> Times { get; init; } = [];
}

/// <summary>What rows belong to.</summary>
public sealed record EntitySettings
{
    /// <summary>The columns that tell it, together; rows without one of them belong to nothing.</summary>
    public required ImmutableArray<string> Columns { get; init; }

    /// <summary>The share of test rows whose entity may have training rows too.</summary>
    [Range(0.0, 1.0)]
    public double MostShare { get; init; }
}

/// <summary>When a feature was known, and when the label was: a feature that is later than its label tells of it.</summary>
public sealed record KnownTimeSettings
{
    /// <summary>The column with the feature's time.</summary>
    public required string Feature { get; init; }

    /// <summary>The column with the label's time.</summary>
    public required string Label { get; init; }
}
