using System.Runtime.CompilerServices;

namespace Kiln.Torch;

/// <summary>Other shapes of the same elements, parts of them, and joining. Views share memory with their source.</summary>
public sealed partial class Tensor
{
    /// <summary>A part: <c>t[0]</c>, <c>t[1..3]</c>, <c>t[.., 2]</c>, <c>t[rows]</c>. A view, unless rows are picked.</summary>
    [IndexerName("At")]
    public Tensor this[params ReadOnlySpan<TensorIndex> indices]
    {
        get
        {
            var current = this;
            var dimension = 0;
            foreach (var index in indices)
            {
                var part = index.Apply(current, ref dimension);
                if (!ReferenceEquals(current, this)) current.Dispose();
                current = part;
            }
            return current;
        }
    }

    /// <summary>The same elements in another shape; one size may be -1 and follows from the others.</summary>
    public Tensor Reshape(params ReadOnlySpan<long> shape) => Aten.Reshape.Call(this, shape.ToArray());

    /// <summary>Two dimensions swapped.</summary>
    public Tensor Transpose(int first, int second) => Aten.Transpose.Call(this, first, second);

    /// <summary>The dimensions in another order.</summary>
    public Tensor Permute(params ReadOnlySpan<long> order) => Aten.Permute.Call(this, order.ToArray());

    /// <summary>A dimension of size 1 removed.</summary>
    public Tensor Squeeze(int dimension) => Aten.Squeeze.Call(this, dimension);

    /// <summary>A dimension of size 1 put in.</summary>
    public Tensor Unsqueeze(int dimension) => Aten.Unsqueeze.Call(this, dimension);

    /// <summary>Dimensions of size 1 repeated without copying; -1 leaves a size as it is, and new dimensions go in front.</summary>
    public Tensor Expand(params ReadOnlySpan<long> shape) => Aten.Expand.Call(this, shape.ToArray());

    /// <summary>The dimensions from one to another made one.</summary>
    public Tensor Flatten(int first = 0, int last = -1) => Aten.Flatten.Call(this, first, last);

    /// <summary>Cut along a dimension into as many views of one size, the last perhaps smaller; fewer where there are not enough places.</summary>
    public Tensor[] Chunk(int count, int dimension = 0) => Aten.Chunk.CallMany(this, count, dimension);

    /// <summary>Cut along a dimension into views of one size, the last perhaps smaller.</summary>
    public Tensor[] Split(long size, int dimension = 0) => Aten.SplitEqual.CallMany(this, size, dimension);

    /// <summary>Cut along a dimension into views of these sizes, which sum to the dimension's.</summary>
    public Tensor[] Split(long[] sizes, int dimension = 0) => Aten.SplitSizes.CallMany(this, sizes, dimension);

    /// <summary><paramref name="length"/> places of a dimension from <paramref name="start"/> on; a view.</summary>
    public Tensor Narrow(int dimension, long start, long length) => Aten.Narrow.Call(this, dimension, start, length);

    /// <summary>The rows of a dimension with the given numbers (Int64 [n]), copied.</summary>
    public Tensor IndexSelect(int dimension, Tensor rows) => Aten.IndexSelect.Call(this, dimension, rows);

    /// <summary>For each place of <paramref name="index"/> (Int64) the element whose number along the dimension stands there.</summary>
    public Tensor Gather(int dimension, Tensor index) => Aten.Gather.Call(this, dimension, index);

    /// <summary>Tensors joined along an existing dimension.</summary>
    public static Tensor Cat(IReadOnlyList<Tensor> tensors, int dimension = 0) => Aten.Cat.Call(Argument.List(tensors), dimension);

    /// <summary>Tensors of one shape joined along a new dimension.</summary>
    public static Tensor Stack(IReadOnlyList<Tensor> tensors, int dimension = 0) => Aten.Stack.Call(Argument.List(tensors), dimension);
}
