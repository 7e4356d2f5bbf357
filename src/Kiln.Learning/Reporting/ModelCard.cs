using System.Collections.Immutable;

namespace Kiln.Learning.Reporting;

/// <summary>What a person must know before using a model (Mitchell et al. 2019).</summary>
public sealed record ModelCard
{
    /// <summary>What people say of it.</summary>
    public required CardSettings Words { get; init; }

    /// <summary>What the data are called in a catalog.</summary>
    public required string Dataset { get; init; }

    /// <summary>The kind of task in a catalog's words.</summary>
    public required string Task { get; init; }

    /// <summary>The rows it was fitted and tested on; the last ones are the test's.</summary>
    public required ImmutableArray<DataWindow> Data { get; init; }

    /// <summary>The columns that it reads, in its order.</summary>
    public required ImmutableArray<FeatureFact> Features { get; init; }

    /// <summary>What kind of model it is, and how large.</summary>
    public required ImmutableArray<Fact> Architecture { get; init; }

    /// <summary>The settings it was trained with.</summary>
    public required ImmutableArray<Fact> Settings { get; init; }

    /// <summary>What it reaches on the test rows, most important first.</summary>
    public required ImmutableArray<MetricFact> Metrics { get; init; }

    /// <summary>What it answered on them.</summary>
    public required TestResults Results { get; init; }

    /// <summary>What else there is to say of it, in parts of their own.</summary>
    public ImmutableArray<PageSection> Sections { get; init; } = [];

    /// <summary>The course of training; an ensemble's members apart.</summary>
    public required ImmutableArray<TrainingHistory> Training { get; init; }

    /// <summary>What it is made of.</summary>
    public required Provenance Provenance { get; init; }

    /// <summary>Commands or code that score new rows, shown as they are.</summary>
    public required string HowToScore { get; init; }
}
