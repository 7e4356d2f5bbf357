using Kiln.Torch;

namespace Kiln.Learning.LinearModels;

/// <summary>Ridge regression by the normal equations of centred rows: (XᵀWX + l2 I) β = XᵀWy.</summary>
static class LeastSquares
{
    /// <returns>The intercept, then a coefficient a feature.</returns>
    public static double[] Solve(DesignRows rows, double l2)
    {
        using var scope = new TensorScope();
        // The first column is 1: its sums are the weighted means.
        var sums = Tensor.Zeros([rows.Columns + 1], ScalarType.Float64);
        var labels = 0.0;
        foreach (var part in rows.Parts())
        {
            using var inner = new TensorScope();
            sums.AddInPlace(part.Weights.MatMul(part.Features));
            labels += (part.Weights * part.Labels).Sum().Item();
        }
        var means = sums / rows.TotalWeight;
        var mean = labels / rows.TotalWeight;

        var gram = Tensor.Zeros([rows.Columns, rows.Columns], ScalarType.Float64);
        var right = Tensor.Zeros([rows.Columns], ScalarType.Float64);
        foreach (var part in rows.Parts())
        {
            using var inner = new TensorScope();
            var centred = (part.Features - means).Narrow(1, 1, rows.Columns);
            var weighted = (centred * part.Weights.Unsqueeze(1)).Transpose(0, 1);
            gram.AddInPlace(weighted.MatMul(centred));
            right.AddInPlace(weighted.MatMul(part.Labels - mean));
        }
        var coefficients = SymmetricSystem.Solve(gram + (Tensor.Eye(rows.Columns, ScalarType.Float64) * l2), right);
        var intercept = mean - (coefficients * means.Narrow(0, 1, rows.Columns)).Sum().Item();
        return [intercept, .. coefficients.ToArray<double>()];
    }
}
