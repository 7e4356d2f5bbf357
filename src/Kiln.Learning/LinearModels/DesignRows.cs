using Kiln.Learning.Models;
using Kiln.Torch;

namespace Kiln.Learning.LinearModels;

/// <summary>Training rows with a 1 before each, in double precision, some at a time: memory stays that of the single precision they came in.</summary>
sealed class DesignRows
{
    const int RowsAtOnce = 1 << 15;

    readonly FitRows rows;
    readonly ReadOnlyMemory<float> weights;

    public DesignRows(FitRows rows, ReadOnlyMemory<float> weights)
    {
        (this.rows, this.weights) = (rows, weights);
        var values = rows.Features.Values.Span;
        for (var i = 0; i < values.Length; i++)
            if (float.IsNaN(values[i])) throw LinearErrors.MissingNumber(rows.Features.Features[i % Columns].Name, i / Columns);
        TotalWeight = 0;
        for (var row = 0; row < rows.Rows; row++) TotalWeight += weights.IsEmpty ? 1 : weights.Span[row];
    }

    /// <summary>Features, without the 1.</summary>
    public int Columns => rows.Features.Columns;

    /// <summary>The sum of the rows' weights.</summary>
    public double TotalWeight { get; }

    /// <summary>All rows in parts; each part's tensors belong to the scope that is open.</summary>
    public IEnumerable<DesignPart> Parts()
    {
        for (var start = 0; start < rows.Rows; start += RowsAtOnce)
        {
            var count = Math.Min(RowsAtOnce, rows.Rows - start);
            yield return new(Doubles(rows.Features.Values.Slice(start * Columns, count * Columns), count), Doubles(rows.Labels.Slice(start, count)), Weights(start, count));
        }
    }


    Tensor Doubles(ReadOnlyMemory<float> values, int count)
    {
        using var single = Tensor.From(values.Span, [count, Columns]);
        using var features = single.To(ScalarType.Float64);
        using var ones = Tensor.Ones([count, 1], ScalarType.Float64);
        return Tensor.Cat([ones, features], 1);
    }

    static Tensor Doubles(ReadOnlyMemory<float> values)
    {
        using var single = Tensor.From(values.Span, [values.Length]);
        return single.To(ScalarType.Float64);
    }

    Tensor Weights(int start, int count) => weights.IsEmpty ? Tensor.Ones([count], ScalarType.Float64) : Doubles(weights.Slice(start, count));
}

/// <summary>Some rows.</summary>
/// <param name="Features">Float64 [n, 1 + columns]; the first column is 1.</param>
/// <param name="Labels">Float64 [n].</param>
/// <param name="Weights">Float64 [n].</param>
readonly record struct DesignPart(Tensor Features, Tensor Labels, Tensor Weights);
