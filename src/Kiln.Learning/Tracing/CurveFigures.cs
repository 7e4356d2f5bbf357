using System.Collections.Immutable;
using Kiln.Learning.Evaluating;
using Kiln.Learning.Models;

namespace Kiln.Learning.Tracing;

/// <summary>The curves of one model's answers, prepared so that rows of any weights are one pass: rows are ordered once, and never again.</summary>
abstract class CurveFigures
{
    const int Steps = 100, Bins = 10;

    /// <summary>False positive rates from 0 to 1, closer to one another near 0, where rare positives are looked for.</summary>
    protected static double[] Rates { get; } = [.. Enumerable.Range(0, Steps + 1).Select(step => Math.Pow(step / (double)Steps, 2))];

    /// <summary>Shares above 0 up to 1: of the positives, or of the rows.</summary>
    protected static double[] Shares { get; } = [.. Enumerable.Range(1, Steps).Select(step => step / (double)Steps)];

    /// <summary>The curves, one after the other in the numbers.</summary>
    public required ImmutableArray<TracedCurve> Curves { get; init; }

    /// <summary>How many numbers all the curves are.</summary>
    public int Count => Curves.Sum(curve => curve.X.Length);

    /// <summary>The height of each curve at each of its places, by the rows' weights.</summary>
    public abstract void At(ReadOnlySpan<double> weights, Span<double> heights);

    /// <summary>Prepares a model's answers.</summary>
    /// <param name="rows">The answers.</param>
    /// <param name="errors">Of values: the absolute errors up to which rows are counted.</param>
    public static ImmutableArray<CurveFigures> Of(JudgedRows rows, double[] errors)
    {
        rows.Check();
        if (rows.Task == LearningTask.Regression) return [WithinErrors(rows, errors)];
        rows.CheckProbabilities();
        if (rows.Task == LearningTask.Binary) return [OfTwoClasses(rows), Reliability(rows, rows.Answers.ToArray(), rows.Labels.ToArray())];
        var (sure, right) = Surest(rows);
        return [OfClasses(sure, right), Reliability(rows, sure, right)];
    }

    /// <summary>The places of a picture of absolute errors: even steps from 0 to what 95 of 100 rows are within.</summary>
    public static double[] ErrorsOf(JudgedRows rows)
    {
        if (rows.Task != LearningTask.Regression) return [];
        var sorted = Errors(rows);
        Array.Sort(sorted);
        var most = new[] { sorted[(int)(0.95 * (sorted.Length - 1))], sorted[^1], 1 }.First(error => error > 0);
        return [.. Enumerable.Range(0, Steps + 1).Select(step => most * step / Steps)];
    }

    static Rankings OfTwoClasses(JudgedRows rows) => new(ScoreOrder.Of(rows.Answers.Span, rows.Labels.Span, 1.0))
    {
        Curves = [new(CurveKind.PrecisionRecall, "average precision", Shares), new(CurveKind.Roc, "AUC ROC", Rates)],
    };

    static SurestAnswers OfClasses(double[] sure, double[] right) => new(ScoreOrder.Of(sure, right, 1.0)) { Curves = [new(CurveKind.Surest, "accuracy", Shares)] };

    static BinnedMeans Reliability(JudgedRows rows, double[] answered, double[] came)
    {
        var bins = Array.ConvertAll(answered, probability => Calibration.BinOf(probability, Bins));
        var (sums, weights) = (new double[Bins], new double[Bins]);
        for (var row = 0; row < bins.Length; row++)
        {
            var weight = rows.Weights.IsEmpty ? 1 : rows.Weights.Span[row];
            sums[bins[row]] += weight * answered[row];
            weights[bins[row]] += weight;
        }
        int[] filled = [.. Enumerable.Range(0, Bins).Where(bin => weights[bin] > 0)];
        var places = Array.ConvertAll(bins, bin => Math.Max(Array.IndexOf(filled, bin), 0)); // a row in none of them weighs nothing
        return new(places, came)
        {
            Curves = [new(CurveKind.Calibration, "expected calibration error", Array.ConvertAll(filled, bin => sums[bin] / weights[bin])) { Weights = Array.ConvertAll(filled, bin => weights[bin]) }],
        };
    }

    /// <summary>Each row's most probable class: its probability, and whether it is the right one.</summary>
    static (double[] Sure, double[] Right) Surest(JudgedRows rows)
    {
        var (sure, right) = (new double[rows.Rows], new double[rows.Rows]);
        for (var row = 0; row < sure.Length; row++)
        {
            var answer = rows.ClassOf(row);
            // Probabilities of single precision may add up to a little more than 1.
            (sure[row], right[row]) = (Math.Min(rows.Answers.Span[(row * rows.Outputs) + answer], 1), answer == rows.Labels.Span[row] ? 1 : 0);
        }
        return (sure, right);
    }

    static CumulativeShares WithinErrors(JudgedRows rows, double[] errors) => new(Array.ConvertAll(Errors(rows), error => FirstAtLeast(errors, error)))
    {
        Curves = [new(CurveKind.WithinError, "MAE", errors)],
    };

    static int FirstAtLeast(double[] rising, double value) => Array.BinarySearch(rising, value) is var place && place < 0 ? ~place : place;

    static double[] Errors(JudgedRows rows)
    {
        var errors = new double[rows.Rows];
        for (var row = 0; row < errors.Length; row++) errors[row] = Math.Abs(rows.Answers.Span[row] - rows.Labels.Span[row]);
        return errors;
    }
}

/// <summary>A curve that is traced at fixed places.</summary>
/// <param name="Kind">What it shows.</param>
/// <param name="Metric">The metric that goes with it.</param>
/// <param name="X">The places, rising.</param>
sealed record TracedCurve(CurveKind Kind, string Metric, double[] X)
{
    /// <summary>How much the rows weigh that each place is made of; empty where that is all of them.</summary>
    public double[] Weights { get; init; } = [];
}

/// <summary>Precision by recall, and the ROC curve.</summary>
sealed class Rankings(ScoreOrder order) : CurveFigures
{
    public override void At(ReadOnlySpan<double> weights, Span<double> heights) => order.Curves(Shares, Rates, weights, heights[..Shares.Length], heights[Shares.Length..]);
}

/// <summary>The share of right answers among the surest.</summary>
sealed class SurestAnswers(ScoreOrder order) : CurveFigures
{
    public override void At(ReadOnlySpan<double> weights, Span<double> heights) => order.PrecisionOfShares(Shares, weights, heights);
}

/// <summary>The mean of rows' values by bin; not a number where no row counts.</summary>
sealed class BinnedMeans(int[] bins, double[] values) : CurveFigures
{
    public override void At(ReadOnlySpan<double> weights, Span<double> heights)
    {
        Span<double> whole = stackalloc double[heights.Length];
        whole.Clear();
        heights.Clear();
        for (var row = 0; row < bins.Length; row++)
        {
            heights[bins[row]] += weights[row] * values[row];
            whole[bins[row]] += weights[row];
        }
        for (var bin = 0; bin < heights.Length; bin++) heights[bin] /= whole[bin];
    }
}

/// <summary>The share of rows that are at a place or before it.</summary>
/// <param name="places">Each row's first place; beyond the last for rows that are at none.</param>
sealed class CumulativeShares(int[] places) : CurveFigures
{
    public override void At(ReadOnlySpan<double> weights, Span<double> heights)
    {
        heights.Clear();
        var whole = 0.0;
        for (var row = 0; row < places.Length; row++)
        {
            whole += weights[row];
            if (places[row] < heights.Length) heights[places[row]] += weights[row];
        }
        var sum = 0.0;
        foreach (ref var height in heights)
        {
            sum += height;
            height = sum / whole;
        }
    }
}
