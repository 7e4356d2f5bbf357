using Kiln.Data;
using Kiln.Learning.Evaluating;
using Kiln.Learning.Models;

namespace Kiln.Learning.Leakage;

/// <summary>The labels of the training or the test rows, and how well a column of numbers tells them.</summary>
/// <param name="name">Which rows.</param>
/// <param name="target">What is learned.</param>
/// <param name="table">The rows.</param>
sealed class LabelledSide(string name, Target target, Table table)
{
    /// <summary>Rows of a class, and of the others, below which an area under the curve may be large by chance.</summary>
    const int LeastOfClass = 20;

    /// <summary>The same of values.</summary>
    const int LeastRows = 30;

    public string Name => name;

    public Target Target => target;

    public float[] Labels { get; } = target.Read(table.ReadColumns(target.Column));

    /// <summary>As <see cref="Strength(Func{int, double[]})"/>, of values that are the same for each class.</summary>
    public double? Strength(double[] values) => Strength(_ => values);

    /// <summary>
    /// Of classes the area under the ROC curve, from 0.5, whichever end is the positive one (of several classes the mean over those with enough rows); of a regression the share
    /// of variance explained by a line through the values or through their ranks. Missing values stand at the end that tells more. Null where there are too few rows.
    /// </summary>
    /// <param name="valuesOf">Each row's value, NaN where missing, for a class.</param>
    public double? Strength(Func<int, double[]> valuesOf) =>
        target.Task == LearningTask.Regression ? Explained(valuesOf(0)) : target.Task == LearningTask.Binary ? Area(valuesOf(1), 1) : MeanArea(valuesOf);

    double? MeanArea(Func<int, double[]> valuesOf)
    {
        var areas = Enumerable.Range(0, target.Classes.Length).Select(number => Area(valuesOf(number), number)).OfType<double>().ToList();
        return areas.Count == 0 ? null : areas.Average();
    }

    double? Area(double[] values, int number)
    {
        var positives = Labels.AsSpan().Count(number);
        if (positives < LeastOfClass || Labels.Length - positives < LeastOfClass) return null;
        double[] ends = values.AsSpan().ContainsAnyExcept(double.NaN) && Array.Exists(values, double.IsNaN) ? [double.NegativeInfinity, double.PositiveInfinity] : [0];
        return ends.Max(end =>
        {
            var area = ScoreOrder.Of<float>(Array.ConvertAll(values, value => double.IsNaN(value) ? end : value), Labels, number).AreaUnderRoc([]);
            return Math.Max(area, 1 - area);
        });
    }

    double? Explained(double[] values)
    {
        var rows = Enumerable.Range(0, values.Length).Where(row => double.IsFinite(values[row])).ToArray();
        if (rows.Length < LeastRows) return null;
        var (known, labels) = (Array.ConvertAll(rows, row => values[row]), Array.ConvertAll(rows, row => (double)Labels[row]));
        return Math.Max(SquaredCorrelation(known, labels), SquaredCorrelation(Ranks(known), Ranks(labels)));
    }

    /// <summary>Pearson's r², 0 where either does not vary.</summary>
    static double SquaredCorrelation(double[] one, double[] other)
    {
        var (mean, otherMean) = (one.Average(), other.Average());
        double both = 0, squares = 0, otherSquares = 0;
        for (var row = 0; row < one.Length; row++)
        {
            var (a, b) = (one[row] - mean, other[row] - otherMean);
            both += a * b;
            squares += a * a;
            otherSquares += b * b;
        }
        return squares == 0 || otherSquares == 0 ? 0 : both * both / (squares * otherSquares);
    }

    /// <summary>Places in order; equal values share the mean of theirs.</summary>
    static double[] Ranks(double[] values)
    {
        var order = Enumerable.Range(0, values.Length).ToArray();
        Array.Sort(values.ToArray(), order);
        var ranks = new double[values.Length];
        for (int start = 0, end; start < order.Length; start = end)
        {
            for (end = start + 1; end < order.Length && values[order[end]] == values[order[start]];) end++;
            for (var place = start; place < end; place++) ranks[order[place]] = (start + end - 1) / 2.0;
        }
        return ranks;
    }
}
