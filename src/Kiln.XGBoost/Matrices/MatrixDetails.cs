namespace Kiln.XGBoost;

/// <summary>What a column holds.</summary>
public enum FeatureType
{
    /// <summary>Numbers in an order: trees split them by thresholds.</summary>
    Numeric,

    /// <summary>Categories, numbered 0, 1, 2, … as whole numbers below 2²⁴: trees split them by sets.</summary>
    Categorical,
}

/// <summary>What a matrix has besides its values; all of it may be left out.</summary>
public sealed record MatrixDetails
{
    /// <summary>Labels [rows]: 0 or 1 (or a probability between), a class's number, or the number to predict.</summary>
    public ReadOnlyMemory<float> Labels { get; init; }

    /// <summary>How much each row counts, not negative [rows]; for ranking, each group [groups].</summary>
    public ReadOnlyMemory<float> Weights { get; init; }

    /// <summary>Margins to start from [rows, outputs], row by row.</summary>
    public ReadOnlyMemory<float> BaseMargins { get; init; }

    /// <summary>For ranking: how many of the rows, one after another, belong to each group [groups].</summary>
    public IReadOnlyList<int> Groups { get; init; } = [];

    /// <summary>A name for each column: unique, without [, ] and &lt;.</summary>
    public IReadOnlyList<string> FeatureNames { get; init; } = [];

    /// <summary>A type for each column; all numeric when left out.</summary>
    public IReadOnlyList<FeatureType> FeatureTypes { get; init; } = [];

    /// <summary>How many threads read the values.</summary>
    public int Threads { get; init; } = 1;
}
