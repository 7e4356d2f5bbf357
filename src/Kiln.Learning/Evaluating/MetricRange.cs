using System.Globalization;

namespace Kiln.Learning.Evaluating;

/// <summary>The values that a figure may have, both ends among them where they are finite.</summary>
/// <param name="Least">The least; negative infinity where there is none.</param>
/// <param name="Most">The most; positive infinity where there is none.</param>
public readonly record struct MetricRange(double Least, double Most)
{
    /// <summary>0 or more: errors in a unit.</summary>
    public static MetricRange Errors { get; } = new(0, double.PositiveInfinity);

    /// <summary>How far it reaches.</summary>
    public double Width => Most - Least;

    /// <summary>Whether a value is one that there may be.</summary>
    public bool Holds(double value) => value >= Least && value <= Most;

    /// <summary>The range in words: from 0 to 1, 0 or more.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{(double.IsInfinity(Most) ? $"{Least} or more" : double.IsInfinity(Least) ? $"at most {Most}" : $"from {Least} to {Most}")}");
}
