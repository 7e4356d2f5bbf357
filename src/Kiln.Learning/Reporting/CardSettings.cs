using System.Collections.Immutable;
using System.ComponentModel.DataAnnotations;

namespace Kiln.Learning.Reporting;

/// <summary>
/// What a model card says that only people can say: the section <c>card</c> of a pipeline's settings. What is required is an error where it is
/// missing or empty; the rest of the card follows from the run.
/// </summary>
[SettingsSection("card")]
public sealed record CardSettings : IValidatableObject
{
    /// <summary>What the model is called.</summary>
    public required string Name { get; init; }

    /// <summary>What it does and why it was made, in a sentence or two.</summary>
    public required string Purpose { get; init; }

    /// <summary>Who answers for it.</summary>
    public required ImmutableArray<string> Owners { get; init; }

    /// <summary>What it is for.</summary>
    public required ImmutableArray<string> IntendedUse { get; init; }

    /// <summary>What it must not be used for.</summary>
    public required ImmutableArray<string> OutOfScope { get; init; }

    /// <summary>What is known to be weak.</summary>
    public required ImmutableArray<string> Limits { get; init; }

    /// <summary>Whom it may harm and how, and what was done about that.</summary>
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

    IEnumerable<ValidationResult> IValidatableObject.Validate(ValidationContext validationContext)
    {
        foreach (var (key, text) in new[] { ("name", Name), ("purpose", Purpose), ("data", Data), ("license", License), ("task", Task) })
            if (text is not null && string.IsNullOrWhiteSpace(text)) yield return new($"card.{key} is blank: write it, or leave it out where it may be missing");
        var required = new[] { ("owners", Owners), ("intendedUse", IntendedUse), ("outOfScope", OutOfScope), ("limits", Limits), ("ethicalConsiderations", EthicalConsiderations) };
        foreach (var (key, items) in required)
            if (items.IsEmpty) yield return new($"card.{key} is empty: name one at least; only people can say it");
        foreach (var (key, items) in required.Append(("tags", Tags)))
            if (items.Any(string.IsNullOrWhiteSpace)) yield return new($"an item of card.{key} is blank: write it, or take it out");
        if (Columns.Any(column => string.IsNullOrWhiteSpace(column.Meaning))) yield return new($"card.columns says nothing of {Columns.First(column => string.IsNullOrWhiteSpace(column.Meaning)).Name}");
        if (Columns.CountBy(column => column.Name).FirstOrDefault(name => name.Value > 1).Key is { } twice) yield return new($"card.columns names {twice} twice");
    }
}

/// <summary>What a column means.</summary>
public sealed record ColumnMeaning
{
    /// <summary>The column.</summary>
    public required string Name { get; init; }

    /// <summary>What it means, with its unit.</summary>
    public required string Meaning { get; init; }
}
