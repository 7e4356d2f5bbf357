using Kiln.Torch;

namespace Kiln.Learning.LinearModels;

/// <summary>Solves A x = b for a symmetric matrix that is positive, or nearly so.</summary>
static class SymmetricSystem
{
    static readonly Operator cholesky = new("aten::linalg_cholesky_ex");
    static readonly Operator choleskySolve = new("aten::cholesky_solve");
    static readonly Operator diagonalOf = new("aten::diagonal");
    static readonly Operator pseudoInverse = new("aten::linalg_pinv", "atol_rtol_float");

    /// <summary>The solution, and where there are many, one whose coefficients are short on the scale of their columns: [n, n] and [n] → [n].</summary>
    public static Tensor Solve(Tensor matrix, Tensor right)
    {
        using var scope = new TensorScope();
        // Columns of unlike scales would hide what is singular from what is only small.
        var diagonal = Tensor.From<double>(Array.ConvertAll(diagonalOf.Call(matrix).Contiguous().ToArray<double>(), value => value > 0 ? 1 / Math.Sqrt(value) : 1));
        var scaled = matrix * diagonal * diagonal.Unsqueeze(1);
        return scope.Keep(SolveScaled(scaled, right * diagonal) * diagonal);
    }

    static Tensor SolveScaled(Tensor matrix, Tensor right)
    {
        var factor = cholesky.CallMany(matrix, false, false);
        if (factor[1].Item() == 0)
        {
            var solved = choleskySolve.Call(right.Unsqueeze(1), factor[0], false).Squeeze(1);
            // A matrix that is singular but for rounding has a factor whose solution is not one.
            if ((matrix.MatMul(solved) - right).Abs().Max().Item() <= 1e-9 * (1e-300 + right.Abs().Max().Item())) return solved;
        }
        return pseudoInverse.Call(matrix, default, 1e-13, true).MatMul(right);
    }
}
