using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Kiln.Learning.Preparing;

namespace Kiln.Learning.Models;

/// <summary>What rows that were learned from are like, as they were prepared.</summary>
public sealed record DataStatistics
{
    /// <summary>How many there are.</summary>
    public required int Rows { get; init; }

    /// <summary>Their labels, as they are learned.</summary>
    public required LabelStatistics Labels { get; init; }

    /// <summary>Each feature, in order; none of rows that stay on disk, which are not read for this.</summary>
    public required ImmutableArray<FeatureStatistics> Features { get; init; }

    /// <summary>The SHA-256 of features, labels, weights and target; null for rows that stay on disk.</summary>
    public string? Hash { get; init; }

    /// <summary>Goes through rows twice: once for means, once for deviations around them.</summary>
    internal static DataStatistics Of(FitRows rows)
    {
        var inMemory = !rows.Features.Values.IsEmpty;
        return new()
        {
            Rows = rows.Rows,
            Labels = LabelStatistics.Of(rows),
            Features = inMemory ? FeatureStatistics.Of(rows.Features) : [],
            Hash = inMemory ? FitRows.Hash(rows) : null,
        };
    }
}

/// <summary>How labels are distributed.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(ClassCounts), "classes")]
[JsonDerivedType(typeof(ValueStatistics), "values")]
public abstract record LabelStatistics
{
    private protected LabelStatistics()
    {
    }

    internal static LabelStatistics Of(FitRows rows)
    {
        var labels = rows.Labels.Span;
        if (rows.Target.Task == LearningTask.Regression) return ValueStatistics.Of(labels);
        var counts = new int[rows.Target.Classes.Length];
        foreach (var label in labels) counts[(int)label]++;
        return new ClassCounts(rows.Target.Classes.Zip(counts).ToImmutableSortedDictionary(pair => pair.First, pair => pair.Second, StringComparer.Ordinal));
    }
}

/// <summary>Labels that are classes.</summary>
/// <param name="Rows">The rows of each, by its name.</param>
public sealed record ClassCounts(ImmutableSortedDictionary<string, int> Rows) : LabelStatistics;

/// <summary>Labels that are values.</summary>
public sealed record ValueStatistics : LabelStatistics
{
    /// <summary>The arithmetic mean.</summary>
    public required double Mean { get; init; }

    /// <summary>The population's standard deviation.</summary>
    public required double Deviation { get; init; }

    /// <summary>The least.</summary>
    public required double Minimum { get; init; }

    /// <summary>The greatest.</summary>
    public required double Maximum { get; init; }

    internal static ValueStatistics Of(ReadOnlySpan<float> labels)
    {
        var values = new double[labels.Length];
        for (var row = 0; row < values.Length; row++) values[row] = labels[row];
        var mean = Moments.Mean(values);
        var (least, most) = Moments.Range(values);
        return new() { Mean = mean, Deviation = Math.Sqrt(Moments.Variance(values, mean)), Minimum = least, Maximum = most };
    }
}

/// <summary>One feature of prepared rows.</summary>
public sealed record FeatureStatistics
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>The mean of the numbers that are not missing; null for categories, and where all are missing.</summary>
    public double? Mean { get; init; }

    /// <summary>Their population's standard deviation; null where there is no mean.</summary>
    public double? Deviation { get; init; }

    /// <summary>Rows in which it is missing after the preparation.</summary>
    public required int Missing { get; init; }

    internal static ImmutableArray<FeatureStatistics> Of(FeatureMatrix rows)
    {
        var (sums, squares, missing) = (new double[rows.Columns], new double[rows.Columns], new int[rows.Columns]);
        // Row by row, as they lie in memory.
        for (var row = 0; row < rows.Rows; row++)
        {
            var values = rows.Row(row);
            for (var column = 0; column < values.Length; column++)
            {
                if (IsMissing(values[column], rows.Features[column])) missing[column]++;
                else sums[column] += values[column];
            }
        }
        var means = sums.Select((sum, column) => sum / (rows.Rows - missing[column])).ToArray();
        for (var row = 0; row < rows.Rows; row++)
        {
            var values = rows.Row(row);
            for (var column = 0; column < values.Length; column++)
            {
                var away = values[column] - means[column];
                if (!double.IsNaN(away)) squares[column] += away * away;
            }
        }
        return [.. rows.Features.Select((feature, column) =>
        {
            var isNumber = feature.Kind == FeatureKind.Number && missing[column] < rows.Rows;
            return new FeatureStatistics
            {
                Name = feature.Name,
                Mean = isNumber ? means[column] : null,
                Deviation = isNumber ? Math.Sqrt(squares[column] / (rows.Rows - missing[column])) : null,
                Missing = missing[column],
            };
        })];
    }

    static bool IsMissing(float value, Feature feature) => feature.Kind == FeatureKind.Category ? value == Feature.Missing : float.IsNaN(value);
}
