using System.Collections.Immutable;

namespace Kiln.Learning.Reporting;

/// <summary>Candidates side by side: what they reach on the same folds, and in what they differ.</summary>
public sealed record ComparisonPage
{
    /// <summary>What is compared.</summary>
    public required string Name { get; init; }

    /// <summary>The measure that decides.</summary>
    public required string Measure { get; init; }

    /// <summary>Whether more of it is better.</summary>
    public required bool IsHigherBetter { get; init; }

    /// <summary>The measures, the one that decides first.</summary>
    public required ImmutableArray<string> Measures { get; init; }

    /// <summary>The candidates, the best first.</summary>
    public required ImmutableArray<ComparedCandidate> Candidates { get; init; }

    /// <summary>What the results are made of.</summary>
    public required Provenance Provenance { get; init; }
}

/// <summary>One of the candidates.</summary>
public sealed record ComparedCandidate
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>Each measure's mean over the folds.</summary>
    public required ImmutableSortedDictionary<string, double> Mean { get; init; }

    /// <summary>Each measure's standard deviation over the folds; NaN for one fold.</summary>
    public required ImmutableSortedDictionary<string, double> Deviation { get; init; }

    /// <summary>The folds, in order.</summary>
    public required ImmutableArray<ComparedFold> Folds { get; init; }

    /// <summary>Its curves, means over the folds.</summary>
    public required ImmutableArray<ComparedCurve> Curves { get; init; }

    /// <summary>The settings it was fitted with.</summary>
    public required ImmutableSortedDictionary<string, string> Settings { get; init; }
}

/// <summary>What a candidate reached on one fold.</summary>
public sealed record ComparedFold(string Name, int TrainingRows, int AssessedRows, ImmutableSortedDictionary<string, double> Measures);

/// <summary>A curve that lies over those of the same name of other candidates.</summary>
public sealed record ComparedCurve
{
    /// <summary>What it is called.</summary>
    public required string Name { get; init; }

    /// <summary>What its places are.</summary>
    public required string X { get; init; }

    /// <summary>What its values are.</summary>
    public required string Y { get; init; }

    /// <summary>Its points.</summary>
    public required ImmutableArray<(double X, double Y)> Points { get; init; }
}
