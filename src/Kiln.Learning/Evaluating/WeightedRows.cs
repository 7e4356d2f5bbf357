using System.Buffers;

namespace Kiln.Learning.Evaluating;

/// <summary>Rows that have weights of their own, where they are drawn.</summary>
static class WeightedRows
{
    /// <summary>The same statistic, where each row counts by its own weight each time it is drawn.</summary>
    public static Statistic WithWeightsOf(this Statistic statistic, JudgedRows rows)
    {
        if (rows.Weights.IsEmpty) return statistic;
        return drawn =>
        {
            var own = rows.Weights.Span;
            var rented = ArrayPool<double>.Shared.Rent(own.Length);
            var weights = rented.AsSpan(0, own.Length);
            for (var row = 0; row < weights.Length; row++) weights[row] = drawn.IsEmpty ? own[row] : own[row] * drawn[row];
            var value = statistic(weights);
            ArrayPool<double>.Shared.Return(rented);
            return value;
        };
    }
}
