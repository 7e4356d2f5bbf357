using System.Collections.Immutable;

namespace Kiln.Learning.Preparing;

/// <summary>Rows as every model takes them: row-major, single precision, categories by their numbers.</summary>
public sealed class FeatureMatrix
{
    /// <exception cref="ArgumentException">The values are not whole rows.</exception>
    public FeatureMatrix(ImmutableArray<Feature> features, ReadOnlyMemory<float> values)
    {
        if (features.IsEmpty || values.Length % features.Length != 0) throw new ArgumentException($"{values.Length} values are not rows of {features.Length} features.", nameof(values));
        (Features, Values) = (features, values);
    }

    /// <summary>The columns, in order.</summary>
    public ImmutableArray<Feature> Features { get; }

    /// <summary>[<see cref="Rows"/>, <see cref="Columns"/>], row by row. NaN is a missing number; a category's number is a whole one.</summary>
    public ReadOnlyMemory<float> Values { get; }

    /// <summary>The number of columns.</summary>
    public int Columns => Features.Length;

    /// <summary>The number of rows.</summary>
    public int Rows => Values.Length / Features.Length;

    /// <summary>One row.</summary>
    public ReadOnlySpan<float> Row(int row) => Values.Span.Slice(row * Columns, Columns);
}
