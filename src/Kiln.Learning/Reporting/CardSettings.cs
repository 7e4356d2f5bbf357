using System.Collections.Immutable;
using System.ComponentModel.DataAnnotations;

namespace Kiln.Learning.Reporting;

/// <summary>
/// What a model card says that only people can say: the section <c>card</c> of a pipeline's settings. What is required is an error where it is
/// missing or empty; the rest of the card follows from the run.
/// </summary>
[SettingsSection("card")]
public sealed record CardSettings
{
    /// <summary>What the model is called.</summary>
    [MinLength(1)]
    public required string Name { get; init; }

    /// <summary>What it does and why it was made, in a sentence or two.</summary>
    [MinLength(1)]
    public required string Purpose { get; init; }

    /// <summary>Who answers for it.</summary>
    [MinLength(1)]
    public required ImmutableArray<string> Owners { get; init; }

    /// <summary>What it is for.</summary>
    [MinLength(1)]
    public required ImmutableArray<string> IntendedUse { get; init; }

    /// <summary>What it must not be used for.</summary>
    [MinLength(1)]
    public required ImmutableArray<string> OutOfScope { get; init; }

    /// <summary>What is known to be weak.</summary>
    [MinLength(1)]
    public required ImmutableArray<string> Limits { get; init; }

    /// <summary>Whom it may harm and how, and what was done about that.</summary>
    [MinLength(1)]
    public required ImmutableArray<string> EthicalConsiderations { get; init; }

    /// <summary>Where the data come from, and how its rows were told apart; null where there is nothing to add.</summary>
    public string? Data { get; init; }

    /// <summary>What the columns mean, of those that do not say it themselves.</summary>
    public ImmutableArray<ColumnMeaning> Columns { get; init; } = [];

    /// <summary>The model's license, by its SPDX identifier in lower case; null where none is granted.</summary>
    public string? License { get; init; }

    /// <summary>Words by which a catalog of models finds it.</summary>
    public ImmutableArray<string> Tags { get; init; } = [];

    /// <summary>The kind of task in a catalog's words, such as image-classification; null for tabular classification or regression.</summary>
    public string? Task { get; init; }
}

/// <summary>What a column means.</summary>
public sealed record ColumnMeaning
{
    /// <summary>The column.</summary>
    public required string Name { get; init; }

    /// <summary>What it means, with its unit.</summary>
    public required string Meaning { get; init; }
}
