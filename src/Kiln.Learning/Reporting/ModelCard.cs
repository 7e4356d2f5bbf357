using System.Collections.Immutable;
using Kiln.Learning.Evaluating;

namespace Kiln.Learning.Reporting;

/// <summary>What a person must know before using a model (Mitchell et al. 2019).</summary>
public sealed record ModelCard
{
    /// <summary>The model's name.</summary>
    public required string Name { get; init; }

    /// <summary>What it does, in a sentence or two.</summary>
    public required string Summary { get; init; }

    /// <summary>What it is for.</summary>
    public required ImmutableArray<string> IntendedUse { get; init; }

    /// <summary>What it must not be used for.</summary>
    public required ImmutableArray<string> OutOfScope { get; init; }

    /// <summary>What is known to be weak.</summary>
    public required ImmutableArray<string> Limits { get; init; }

    /// <summary>How the rows were divided in time, in a sentence or two.</summary>
    public required string Split { get; init; }

    /// <summary>The windows of rows, in the order of time.</summary>
    public required ImmutableArray<DataWindow> Data { get; init; }

    /// <summary>The features, in the order the model takes them.</summary>
    public required ImmutableArray<FeatureFact> Features { get; init; }

    /// <summary>Layers, activations, number of parameters.</summary>
    public required ImmutableArray<Fact> Architecture { get; init; }

    /// <summary>The settings it was trained with.</summary>
    public required ImmutableArray<Fact> Settings { get; init; }

    /// <summary>What it reaches on the test window.</summary>
    public required ImmutableArray<MetricFact> Metrics { get; init; }

    /// <summary>How the threshold was chosen.</summary>
    public required string ThresholdRule { get; init; }

    /// <summary>The outcome on the test window at that threshold.</summary>
    public required Confusion AtThreshold { get; init; }

    /// <summary>The course of training.</summary>
    public required TrainingHistory Training { get; init; }

    /// <summary>What it is made of.</summary>
    public required Provenance Provenance { get; init; }

    /// <summary>Commands or code that score new rows, shown as they are.</summary>
    public required string HowToScore { get; init; }
}
