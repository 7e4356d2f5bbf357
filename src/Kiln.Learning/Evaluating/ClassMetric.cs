using System.Buffers;
using Kiln.Learning.Models;

namespace Kiln.Learning.Evaluating;

/// <summary>A figure of which class was answered for which: it is read from the confusion matrix.</summary>
/// <param name="name">The metric's name.</param>
/// <param name="figure">What is read.</param>
/// <param name="tasks">The tasks it judges.</param>
sealed class ClassMetric(string name, ClassMetric.Figure figure, params LearningTask[] tasks) : Metric
{
    /// <summary>What is read from a matrix of which something counts.</summary>
    public delegate double Figure(ConfusionMatrix matrix);

    public override string Name => name;

    /// <summary>The least that it may be.</summary>
    public double Least { get; init; }

    public override MetricRange RangeOf(LearningTask task) => new(Least, 1);

    /// <summary>What rows must have.</summary>
    public string Needed { get; init; } = "rows that count";

    protected override string Needs => Needed;

    public override bool AppliesTo(LearningTask task) => tasks.Contains(task);

    protected override Statistic Prepare(JudgedRows rows)
    {
        var classes = rows.Classes;
        var cells = new int[rows.Rows];
        for (var row = 0; row < cells.Length; row++) cells[row] = ((int)rows.Labels.Span[row] * classes) + rows.ClassOf(row);
        return weights => Of(cells, classes, weights);
    }

    double Of(ReadOnlySpan<int> cells, int classes, ReadOnlySpan<double> weights)
    {
        var size = classes * classes;
        var rented = size > 256 ? ArrayPool<double>.Shared.Rent(size) : null;
        var sums = rented is null ? stackalloc double[size] : rented.AsSpan(0, size);
        sums.Clear();
        if (weights.IsEmpty)
            foreach (var cell in cells) sums[cell]++;
        else
            for (var row = 0; row < cells.Length; row++) sums[cells[row]] += weights[row];
        var matrix = new ConfusionMatrix(sums, classes);
        var value = matrix.Total == 0 ? double.NaN : figure(matrix);
        if (rented is not null) ArrayPool<double>.Shared.Return(rented);
        return value;
    }
}
