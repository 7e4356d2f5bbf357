using System.Collections.Immutable;
using Kiln.Learning.Preparing;

namespace Kiln.Learning.Models;

/// <summary>What goes into a predictor and what comes out.</summary>
public sealed record ModelShape
{
    /// <summary>The features of a prepared row.</summary>
    public required ImmutableArray<Feature> Features { get; init; }

    /// <summary>What is answered.</summary>
    public required Target Target { get; init; }
}
