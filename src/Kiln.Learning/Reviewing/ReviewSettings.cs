using System.Collections.Immutable;
using System.ComponentModel.DataAnnotations;
using Kiln.Learning.Fairness;
using Kiln.Learning.Slicing;

namespace Kiln.Learning.Reviewing;

/// <summary>What reviewers are told of a model's answers, beside what gates ask.</summary>
[SettingsSection("review")]
public sealed record ReviewSettings
{
    /// <summary>The metrics, the most important first; empty: the usual ones of the task.</summary>
    public ImmutableArray<string> Metrics { get; init; } = [];

    /// <summary>Parts of the rows that are told of one by one.</summary>
    public ImmutableArray<SliceSettings> Slices { get; init; } = [];

    /// <summary>Whether the worst parts are looked for.</summary>
    public bool FindWorst { get; init; } = true;

    /// <summary>How they are looked for.</summary>
    public SliceSearchSettings Search { get; init; } = new();

    /// <summary>Groups that are compared, of two classes.</summary>
    public ImmutableArray<FairnessSettings> Fairness { get; init; } = [];

    /// <summary>Examples that the model is most wrong on, that are told.</summary>
    [Range(0, 1000)]
    public int MostWrong { get; init; } = 20;
}
