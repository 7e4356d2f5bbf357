using System.Collections.Immutable;

namespace Kiln.XGBoost;

/// <summary>What a score says.</summary>
public enum ScoreKind
{
    /// <summary>What the objective makes of the margin: a probability, a class's number, the number itself.</summary>
    Value,

    /// <summary>The raw sum of the leaves, with the base.</summary>
    Margin,
}

/// <summary>How the importance of a column is measured.</summary>
public enum ImportanceKind
{
    /// <summary>How many splits use the column.</summary>
    Weight,

    /// <summary>The mean gain of those splits.</summary>
    Gain,

    /// <summary>The mean sum of second derivatives of the rows that come to those splits.</summary>
    Cover,

    /// <summary>The sum of the gains.</summary>
    TotalGain,

    /// <summary>The sum of the covers.</summary>
    TotalCover,
}

/// <summary>Numbers that a booster computed for rows.</summary>
/// <param name="Values">The numbers, of the last dimension one after another.</param>
/// <param name="Shape">The dimensions; the first is the rows.</param>
public sealed record Scores(float[] Values, ImmutableArray<int> Shape)
{
    /// <summary>A row's numbers [all other dimensions].</summary>
    public ReadOnlySpan<float> Row(int row)
    {
        var width = Values.Length / Shape[0];
        return Values.AsSpan(row * width, width);
    }
}
