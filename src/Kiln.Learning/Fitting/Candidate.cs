using System.Collections.Immutable;
using System.ComponentModel.DataAnnotations;
using Kiln.Learning.Models;
using Kiln.Learning.Preparing;

namespace Kiln.Learning.Fitting;

/// <summary>A way to learn that others are compared with: a model, what is done to rows before it, and how much of the past it sees.</summary>
public sealed record Candidate
{
    /// <summary>What it is called: letters, digits and hyphens, for files are named by it.</summary>
    [RegularExpression("[A-Za-z0-9][A-Za-z0-9-]{0,79}")]
    public required string Name { get; init; }

    /// <summary>The way to learn.</summary>
    public required EstimatorSettings Model { get; init; }

    /// <summary>What is done to rows before.</summary>
    public PreparationSettings Preparation { get; init; } = new();

    /// <summary>Days before the end of the training rows that it learns from; 0: all of them.</summary>
    [Range(0, 100_000)]
    public int Days { get; init; }
}

/// <summary>The candidates of a pipeline.</summary>
[SettingsSection("models")]
public sealed record ModelsSettings : IValidatableObject
{
    /// <summary>The ways to learn, each with a name of its own.</summary>
    public ImmutableArray<Candidate> Candidates { get; init; } = [];

    /// <summary>A candidate by its name.</summary>
    /// <exception cref="KilnException">There is none of this name, or two.</exception>
    public Candidate this[string name] => Candidates.Where(candidate => candidate.Name == name).ToArray() is [var only]
        ? only
        : throw FittingErrors.NoSuchCandidate(name, Candidates.Select(candidate => candidate.Name));

    IEnumerable<ValidationResult> IValidatableObject.Validate(ValidationContext validationContext)
    {
        if (Candidates.GroupBy(candidate => candidate.Name).FirstOrDefault(group => group.Count() > 1) is { } twice) yield return new($"two candidates are called {twice.Key}");
    }
}

/// <summary>Which candidate becomes the model, and what is changed of it for a trial.</summary>
[SettingsSection("train")]
public sealed record TrainSettings
{
    /// <summary>The candidate's name.</summary>
    public string Model { get; init; } = "";

    /// <summary>Epochs, or rounds, instead of the candidate's.</summary>
    [Range(1, 1_000_000)]
    public int? Epochs { get; init; }

    /// <summary>A seed instead of the candidate's; the members of an ensemble get it and those after it, which go on at 0 after 2147483647.</summary>
    [Range(0, int.MaxValue)]
    public int? Seed { get; init; }

    /// <summary>A device instead of the candidate's: auto, cpu, cuda or cuda:number.</summary>
    [RegularExpression("auto|cpu|cuda(:[0-9]+)?")]
    public string? Device { get; init; }

    /// <summary>The candidate as it is trained.</summary>
    /// <exception cref="KilnException">There is no such candidate, or it has not what is to be changed of it.</exception>
    public Candidate Choose(ModelsSettings models)
    {
        var chosen = models[Model];
        if (Epochs is not null && chosen.Model.Epochs is null) throw FittingErrors.NotOfCandidate("epochs", chosen, "it has neither epochs nor rounds");
        if (Seed is not null && chosen.Model.Seed is null) throw FittingErrors.NotOfCandidate("seed", chosen, "nothing of it is drawn by chance");
        if (Device is not null && !chosen.Model.RunsOn(Device))
            throw FittingErrors.NotOfCandidate("device", chosen, chosen.Model.RunsOn("cpu") ? $"it takes cpu, cuda or cuda:number, not {Device}" : "it runs on the CPU only");
        return chosen with { Model = chosen.Model.With(Epochs, Seed, Device) };
    }
}
