using System.Collections.Immutable;
using System.ComponentModel.DataAnnotations;

namespace Kiln.Learning.Slicing;

/// <summary>How the slices on which a model is worst are looked for.</summary>
public sealed record SliceSearchSettings
{
    /// <summary>The columns that slices are made of; empty: all of texts, truths and numbers.</summary>
    public ImmutableArray<string> Columns { get; init; } = [];

    /// <summary>What rows cost; null: log loss of classes, squared error of values.</summary>
    public RowLoss? Loss { get; init; }

    /// <summary>Predicates that a slice joins by "and" at most, each of another column.</summary>
    [Range(1, 3)]
    public int MostPredicates { get; init; } = 2;

    /// <summary>Rows of a slice at least, and of the rows beside it.</summary>
    [Range(2, int.MaxValue)]
    public int LeastRows { get; init; } = 50;

    /// <summary>The same as a share of all rows; the greater of the two holds.</summary>
    [Range(0, 0.5)]
    public double LeastShare { get; init; } = 0.01;

    /// <summary>Ranges of as many rows into which a column of numbers is told apart, unless it has no more values than that.</summary>
    [Range(2, 50)]
    public int Bins { get; init; } = 5;

    /// <summary>Values of a column that are looked at one by one, the most frequent ones; the others together.</summary>
    [Range(1, 200)]
    public int MostValues { get; init; } = 20;

    /// <summary>Slices that are told.</summary>
    [Range(1, 1000)]
    public int Top { get; init; } = 10;

    /// <summary>The chance that any slice is called significant where the loss depends on none.</summary>
    [Range(1e-9, 0.5)]
    public double Alpha { get; init; } = 0.05;

    /// <summary>The share of its rows that the smaller of two slices which are told has in common with the other at most; none that is told is part of another by its predicates.</summary>
    [Range(0, 1)]
    public double MostOverlap { get; init; } = 0.8;

    /// <summary>Conjunctions that are looked at, the shorter ones first; how many were left is told.</summary>
    [Range(1, 10_000_000)]
    public int MostCandidates { get; init; } = 1_000_000;
}
