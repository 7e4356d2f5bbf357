using System.Collections.Immutable;

namespace Kiln.Data.Features;

/// <summary>Computed features: one float column for each feature of the set, rows as in the events.</summary>
public sealed class FeatureColumns
{
    readonly float[][] _columns;

    internal FeatureColumns(ImmutableArray<string> names, float[][] columns)
    {
        Names = names;
        _columns = columns;
    }

    /// <summary>The features' names, in the set's order.</summary>
    public ImmutableArray<string> Names { get; }

    /// <summary>The column at a feature's place in the set.</summary>
    public ReadOnlyMemory<float> this[int feature] => _columns[feature];

    /// <summary>The column of a feature.</summary>
    public ReadOnlyMemory<float> this[string name] => Names.IndexOf(name) is >= 0 and var i
        ? _columns[i]
        : throw Errors.NoSuchFeature(name, Names);
}
