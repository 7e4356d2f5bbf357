namespace Kiln.Learning.Preparing;

/// <summary>How a model has to understand a feature's values.</summary>
public enum FeatureKind
{
    /// <summary>A quantity; NaN where it is missing.</summary>
    Number,

    /// <summary>The number of a category, from 0: equal or not, but neither more nor less.</summary>
    Category,
}

/// <summary>One column of a <see cref="FeatureMatrix"/>.</summary>
public sealed record Feature
{
    /// <summary>The number of the category that stands for values which the training rows do not have.</summary>
    public const int Unseen = 0;

    /// <summary>The number of the category that stands for missing values.</summary>
    public const int Missing = 1;

    /// <summary>Its name: the input column's, with what was made of it.</summary>
    public required string Name { get; init; }

    /// <summary>How its values are meant.</summary>
    public FeatureKind Kind { get; init; } = FeatureKind.Number;

    /// <summary>How many categories there are, <see cref="Unseen"/> and <see cref="Missing"/> among them; 0 for a number.</summary>
    public int Categories { get; init; }
}
