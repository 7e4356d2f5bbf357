using Kiln.Learning.Models;

namespace Kiln.Learning.Evaluating;

/// <summary>
/// Expected calibration error: the mean distance of what came from what was predicted, over bins of equal width, weighted by rows (Naeini et al. 2015).
/// Of several classes it is the most probable one's probability beside whether it was right (Guo et al. 2017).
/// </summary>
/// <param name="count">How many bins.</param>
sealed class CalibrationError(int count = 10) : Metric
{
    public override string Name => "expected calibration error";

    public override bool IsHigherBetter => false;

    public override bool IsSmooth => false;

    protected override string Needs => "rows that count";

    public override bool AppliesTo(LearningTask task) => task != LearningTask.Regression;

    protected override Statistic Prepare(JudgedRows rows)
    {
        rows.CheckProbabilities();
        var bins = new int[rows.Rows];
        var gaps = new double[rows.Rows];
        for (var row = 0; row < bins.Length; row++)
        {
            var (predicted, came) = rows.Outputs == 1
                ? (rows.Answers.Span[row], rows.Labels.Span[row])
                : (rows.Answers.Span[(row * rows.Outputs) + rows.ClassOf(row)], rows.ClassOf(row) == rows.Labels.Span[row] ? 1 : 0);
            bins[row] = Calibration.BinOf(predicted, count);
            gaps[row] = predicted - came;
        }
        return weights => Of(bins, gaps, weights);
    }

    double Of(ReadOnlySpan<int> bins, ReadOnlySpan<double> gaps, ReadOnlySpan<double> weights)
    {
        Span<double> sums = count <= 64 ? stackalloc double[count] : new double[count];
        sums.Clear();
        var total = 0.0;
        for (var row = 0; row < bins.Length; row++)
        {
            var weight = weights.IsEmpty ? 1 : weights[row];
            sums[bins[row]] += weight * gaps[row];
            total += weight;
        }
        var error = 0.0;
        foreach (var sum in sums) error += Math.Abs(sum);
        return error / total;
    }
}
