namespace Kiln.Torch;

/// <summary>One place of <c>tensor[…]</c>: a number drops the dimension, a range keeps part of it, a vector of numbers picks rows.</summary>
public readonly struct TensorIndex
{
    readonly Index? position;
    readonly Range? range;
    readonly Tensor? rows;

    TensorIndex(Index? position, Range? range, Tensor? rows)
    {
        this.position = position;
        this.range = range;
        this.rows = rows;
    }

    public static implicit operator TensorIndex(int position) => new(position < 0 ? ^-position : position, null, null);

    public static implicit operator TensorIndex(Index position) => new(position, null, null);

    public static implicit operator TensorIndex(Range range) => new(null, range, null);

    public static implicit operator TensorIndex(Tensor rows) => new(null, null, rows);

    /// <summary>Applies the index to one dimension; a view, but for rows, which are copied.</summary>
    internal Tensor Apply(Tensor tensor, ref int dimension)
    {
        if (rows is not null) return tensor.IndexSelect(dimension++, rows);
        var size = tensor.Size(dimension);
        if (position is { } at) return Aten.Select.Call(tensor, dimension, Offset(at, size));
        var part = range ?? Range.All;
        return Aten.Slice.Call(tensor, dimension++, Offset(part.Start, size), Offset(part.End, size));
    }

    static long Offset(Index index, long size) => index.IsFromEnd ? size - index.Value : index.Value;
}
