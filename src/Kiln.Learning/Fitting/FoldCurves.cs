using System.Collections.Immutable;
using Kiln.Learning.Evaluating;
using Kiln.Learning.Models;

namespace Kiln.Learning.Fitting;

/// <summary>A curve of one candidate on one fold, at places that are the same for all: so curves lie over one another, and folds have a mean.</summary>
public sealed record FoldCurve
{
    /// <summary>So many steps lie between the first place and the last.</summary>
    public const int Steps = 100;

    /// <summary>What the curve is called.</summary>
    public required string Name { get; init; }

    /// <summary>What its places are.</summary>
    public required string X { get; init; }

    /// <summary>What its values are.</summary>
    public required string Y { get; init; }

    /// <summary>The last place; the first is 0.</summary>
    public double Most { get; init; } = 1;

    /// <summary>The value at each place, 101 of them.</summary>
    public required ImmutableArray<double> Values { get; init; }
}

/// <summary>The curves by which candidates are compared.</summary>
public static class FoldCurves
{
    /// <summary>How far errors are looked at, in standard deviations of the values.</summary>
    const double MostError = 1.5;

    /// <summary>
    /// Of two classes ROC and precision by recall; of several the accuracy of the surest answers; of values the share of rows within an error
    /// (regression error characteristic, Bi and Bennett 2003).
    /// </summary>
    public static ImmutableArray<FoldCurve> Of(Predictions predictions, ReadOnlySpan<float> labels) => predictions.Target.Task switch
    {
        LearningTask.Binary => OfTwoClasses(Ranking.Of(predictions.ToDoubles(), Measures.ToTruths(labels))),
        LearningTask.MultiClass => [Surest(predictions, labels)],
        _ => [WithinError(predictions.ToDoubles(), labels)],
    };

    /// <summary>The training losses of a fit's epochs, at most 101 of them, evenly spread; empty where it has none.</summary>
    public static ImmutableArray<double> LossesOf(FitRecord record)
    {
        var epochs = record.Epochs;
        var count = Math.Min(epochs.Length, FoldCurve.Steps + 1);
        return [.. Enumerable.Range(0, count).Select(place => epochs[count == 1 ? 0 : (int)Math.Round((double)place * (epochs.Length - 1) / (count - 1))].TrainingLoss)];
    }

    static ImmutableArray<FoldCurve> OfTwoClasses(Ranking ranking)
    {
        var (roc, precision) = (Curve.Roc(ranking), Curve.PrecisionRecall(ranking));
        return
        [
            new() { Name = "ROC curve", X = "False positive rate", Y = "True positive rate", Values = [.. Places(1).Select(x => Interpolated(roc, x))] },
            new() { Name = "Precision-recall curve", X = "Recall", Y = "Precision", Values = [.. Places(1).Select(x => precision.First(point => point.X >= x).Y)] },
        ];
    }

    /// <summary>As numpy.interp: where points stand above one another, the last of them counts.</summary>
    static double Interpolated(ImmutableArray<CurvePoint> points, double x)
    {
        var (low, high) = (0, points.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (points[middle].X <= x) low = middle + 1;
            else high = middle;
        }
        if (low == points.Length) return points[^1].Y;
        var (before, after) = (points[low - 1], points[low]);
        return before.Y + ((after.Y - before.Y) * (x - before.X) / (after.X - before.X));
    }

    static FoldCurve Surest(Predictions predictions, ReadOnlySpan<float> labels)
    {
        var rows = labels.Length;
        var (sure, right) = (new float[rows], new bool[rows]);
        for (var row = 0; row < rows; row++)
        {
            var answer = predictions.ClassOf(row);
            sure[row] = -predictions.Values.Span[(row * predictions.Target.Outputs) + answer];
            right[row] = answer == (int)labels[row];
        }
        var order = Enumerable.Range(0, rows).OrderBy(row => sure[row]).ToArray(); // a stable sort
        var hits = new int[rows + 1];
        for (var place = 0; place < rows; place++) hits[place + 1] = hits[place] + (right[order[place]] ? 1 : 0);
        return new()
        {
            Name = "Accuracy of the surest answers",
            X = "Share of the rows, the surest first",
            Y = "Accuracy",
            Values = [.. Places(1).Select(share => Math.Max(1, (int)Math.Round(share * rows))).Select(count => (double)hits[count] / count)],
        };
    }

    static FoldCurve WithinError(double[] answers, ReadOnlySpan<float> values)
    {
        var (errors, mean) = (new double[answers.Length], 0.0);
        for (var row = 0; row < errors.Length; row++)
        {
            errors[row] = Math.Abs(answers[row] - values[row]);
            mean += values[row];
        }
        mean /= errors.Length;
        var squares = 0.0;
        foreach (var value in values) squares += (value - mean) * (value - mean);
        var deviation = Math.Sqrt(squares / errors.Length);
        Array.Sort(errors);
        return new()
        {
            Name = "Rows within an error",
            X = "Absolute error, in standard deviations of the value",
            Y = "Share of the rows",
            Most = MostError,
            Values = [.. Places(MostError).Select(error => (double)CountUpTo(errors, error * deviation) / errors.Length)],
        };
    }

    static int CountUpTo(double[] sorted, double most)
    {
        var count = Array.BinarySearch(sorted, most);
        if (count < 0) return ~count;
        while (count < sorted.Length && sorted[count] == most) count++;
        return count;
    }

    static IEnumerable<double> Places(double most) => Enumerable.Range(0, FoldCurve.Steps + 1).Select(step => most * step / FoldCurve.Steps);
}
