using Kiln.Data;
using Kiln.Learning.Models;
using Kiln.Learning.Preparing;

namespace Kiln.Learning.Leakage;

/// <summary>What the training rows of each value of a column have on average: the share of each class, or the mean label. Values that are rare are drawn to the mean of all.</summary>
sealed class CategoryMeans
{
    /// <summary>Rows by which a value is drawn to the mean of all.</summary>
    const double Smoothing = 5;

    readonly CategoryLookup _lookup;
    readonly double[][] _means; // by class, then by code

    CategoryMeans(CategoryLookup lookup, double[][] means) => (_lookup, _means) = (lookup, means);

    /// <summary>Learns from the training rows; null where a column has more values than are taken one by one.</summary>
    public static CategoryMeans? Of(Column column, LabelledSide training, int mostValues)
    {
        var counts = CategoryCounts.Of(column);
        if (counts.Known.Length > mostValues) return null;
        var isRegression = training.Target.Task == LearningTask.Regression;
        var means = new double[isRegression ? 1 : training.Target.Classes.Length][];
        for (var number = 0; number < means.Length; number++)
        {
            var (sums, rows) = (new double[CategoryCodes.First + counts.Known.Length], new int[CategoryCodes.First + counts.Known.Length]);
            for (var row = 0; row < training.Labels.Length; row++)
            {
                sums[counts.Codes[row]] += isRegression ? training.Labels[row] : training.Labels[row] == number ? 1 : 0;
                rows[counts.Codes[row]]++;
            }
            var all = sums.Sum() / training.Labels.Length;
            means[number] = [.. sums.Zip(rows, (sum, count) => (sum + (Smoothing * all)) / (count + Smoothing))];
        }
        return new(new(counts.Known), means);
    }

    /// <summary>Each row's mean, for a class (of a regression: for any).</summary>
    public Func<int, double[]> Read(Column column)
    {
        var codes = new int[column.Length];
        _lookup.Read(column, 0, codes);
        return number => Array.ConvertAll(codes, code => _means[number][code]);
    }
}
