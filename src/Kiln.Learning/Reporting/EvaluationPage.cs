using System.Collections.Immutable;
using Kiln.Learning.Tracing;

namespace Kiln.Learning.Reporting;

/// <summary>Values that others reached on the same rows, to read one's own by.</summary>
public sealed record ReferenceResults
{
    /// <summary>Where the values come from.</summary>
    public required string Source { get; init; }

    /// <summary>The measures, by name; one column each. This run's values are taken from the page's metrics of the same name.</summary>
    public required ImmutableArray<string> Metrics { get; init; }

    /// <summary>The models, one row each.</summary>
    public required ImmutableArray<ReferenceRow> Rows { get; init; }
}

/// <summary>What one other model reached.</summary>
/// <param name="Model">The model.</param>
/// <param name="Values">One value a measure, in the measures' order.</param>
public sealed record ReferenceRow(string Model, ImmutableArray<double> Values);

/// <summary>Everything a reviewer needs to judge a model's test results.</summary>
public sealed record EvaluationPage
{
    /// <summary>The model's name.</summary>
    public required string Name { get; init; }

    /// <summary>What was evaluated, in a sentence or two.</summary>
    public required string Summary { get; init; }

    /// <summary>The numbers to judge by, most important first.</summary>
    public required ImmutableArray<MetricFact> Metrics { get; init; }

    /// <summary>Values of others to compare with; null where there are none.</summary>
    public ReferenceResults? References { get; init; }

    /// <summary>The results on the test rows.</summary>
    public required TestResults Results { get; init; }

    /// <summary>The curves on the test rows, beside those of others.</summary>
    public required ModelCurves Curves { get; init; }

    /// <summary>What else there is to judge by, in parts of their own, after the results.</summary>
    public ImmutableArray<PageSection> Sections { get; init; } = [];

    /// <summary>The course of training; an ensemble's members apart.</summary>
    public required ImmutableArray<TrainingHistory> Training { get; init; }

    /// <summary>The rows it was fitted and tested on.</summary>
    public required ImmutableArray<DataWindow> Data { get; init; }

    /// <summary>What the results are made of.</summary>
    public required Provenance Provenance { get; init; }

    /// <summary>The stages of the run.</summary>
    public required RunGraph Graph { get; init; }

    /// <summary>When they worked.</summary>
    public required RunTimeline Timeline { get; init; }
}
