using Kiln.Learning.LinearModels;
using Kiln.Learning.Models;
using Kiln.Learning.Preparing;

namespace Kiln.Learning.Explaining;

/// <summary>
/// Of a linear model: each coefficient times what its feature is above the baseline. These are the Shapley values where features are
/// independent (Lundberg and Lee 2017, corollary 1), and what integrated gradients come to.
/// </summary>
static class LinearContributions
{
    public static Contributions Of(LinearPredictor linear, Target target, FeatureMatrix rows, FeatureMatrix reference, AttributionBaseline baseline)
    {
        var (outputs, columns) = (target.Outputs, rows.Columns);
        var start = baseline == AttributionBaseline.Zeros ? new double[columns] : Means(reference);
        var (values, bases, margins) = (new float[rows.Rows * outputs * columns], new double[outputs], new double[rows.Rows * outputs]);
        for (var output = 0; output < outputs; output++)
        {
            var set = linear.Coefficients.Slice(output * (columns + 1), columns + 1);
            bases[output] = set[0];
            for (var column = 0; column < columns; column++) bases[output] += set[column + 1] * start[column];
            for (var row = 0; row < rows.Rows; row++)
            {
                ref var margin = ref margins[(row * outputs) + output];
                margin = set[0];
                for (var column = 0; column < columns; column++)
                {
                    margin += set[column + 1] * rows.Row(row)[column];
                    values[(((row * outputs) + output) * columns) + column] = (float)(set[column + 1] * (rows.Row(row)[column] - start[column]));
                }
            }
        }
        return new() { Method = AttributionMethod.Linear, Scale = Contributions.Natural(target), Values = values, Base = bases, Margins = margins, Tolerance = 1e-5, Unit = Contributions.Largest(margins, bases) };
    }

    /// <summary>The mean of each feature.</summary>
    public static double[] Means(FeatureMatrix rows)
    {
        var means = new double[rows.Columns];
        for (var row = 0; row < rows.Rows; row++)
            for (var column = 0; column < means.Length; column++) means[column] += rows.Row(row)[column];
        return Array.ConvertAll(means, sum => sum / rows.Rows);
    }
}
