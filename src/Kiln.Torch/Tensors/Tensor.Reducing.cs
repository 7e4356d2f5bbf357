namespace Kiln.Torch;

/// <summary>Sums, means and extremes.</summary>
public sealed partial class Tensor
{
    /// <summary>The sum of all elements: a single number.</summary>
    public Tensor Sum() => Aten.Sum.Call(this);

    /// <summary>Sums along dimensions, which disappear unless kept with size 1.</summary>
    public Tensor Sum(long[] dimensions, bool keep = false) => Aten.SumOver.Call(this, dimensions, keep);

    /// <summary>The mean of all elements: a single number.</summary>
    public Tensor Mean() => Aten.Mean.Call(this);

    /// <summary>Means along dimensions, which disappear unless kept with size 1.</summary>
    public Tensor Mean(long[] dimensions, bool keep = false) => Aten.MeanOver.Call(this, dimensions, keep);

    /// <summary>Variance and mean along dimensions; the divisor is the count less <paramref name="correction"/>.</summary>
    public (Tensor Variance, Tensor Mean) VarianceMean(long[] dimensions, int correction = 1, bool keep = false)
    {
        var both = Aten.VarianceMeanOver.CallMany(this, dimensions, correction, keep);
        return (both[0], both[1]);
    }

    /// <summary>The greatest element: a single number.</summary>
    public Tensor Max() => Aten.Max.Call(this);

    /// <summary>The least element: a single number.</summary>
    public Tensor Min() => Aten.Min.Call(this);

    /// <summary>The index of the greatest element along a dimension: Int64.</summary>
    public Tensor ArgMax(int dimension, bool keep = false) => Aten.ArgMax.Call(this, dimension, keep);
}
