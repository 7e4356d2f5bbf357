using System.Collections.Immutable;
using Kiln.Learning.Evaluating;
using Kiln.Learning.Preparing;

namespace Kiln.Learning.Models;

/// <summary>What a model is, without its weights: the first file of its folder.</summary>
public sealed record ModelDescription
{
    internal const int CurrentFormat = 1;

    /// <summary>The version of the folder's layout.</summary>
    public int Format { get; init; } = CurrentFormat;

    /// <summary>The way it learned: <c>network</c>, <c>xgboost</c>, …</summary>
    public required string Kind { get; init; }

    /// <summary>That way's settings.</summary>
    public required EstimatorSettings Estimator { get; init; }

    /// <summary>The columns that rows must have.</summary>
    public required ImmutableArray<InputColumn> Inputs { get; init; }

    /// <summary>What comes out.</summary>
    public required Target Target { get; init; }

    /// <summary>What the preparation makes of the columns, in order.</summary>
    public required ImmutableArray<Feature> Features { get; init; }

    /// <summary>How repeatable its fit is.</summary>
    public required Reproducibility Reproducibility { get; init; }

    /// <summary>The library that fitted it, and its version; null where it is Kiln's own.</summary>
    public string? Library { get; init; }

    /// <summary>The numbers that were learned.</summary>
    public required long Parameters { get; init; }

    /// <summary>How its answers are calibrated; null where they are not.</summary>
    public CalibrationMethod? Calibration { get; init; }
}
