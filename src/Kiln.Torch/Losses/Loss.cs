namespace Kiln.Torch;

/// <summary>What a loss does with the rows' losses; the numbers are libtorch's.</summary>
public enum Reduction
{
    /// <summary>Returns each.</summary>
    None = 0,

    /// <summary>Their mean.</summary>
    Mean = 1,

    /// <summary>Their sum.</summary>
    Sum = 2,
}

/// <summary>How far predictions are from targets.</summary>
public abstract class Loss(Reduction reduction) : Module
{
    /// <summary>What happens with the rows' losses.</summary>
    public Reduction Reduction { get; } = reduction;

    /// <summary>Computes the loss, which the caller owns: a single number unless nothing is reduced.</summary>
    public Tensor Forward(Tensor input, Tensor target) => Compute(input, target, Reduction);

    /// <summary>
    /// Computes the loss with a weight a row, [n], as scikit-learn's <c>sample_weight</c>: a row of weight 2 counts as two rows. The mean
    /// is the weighted losses' sum over the weights' sum; where all weights are 0 there is nothing to take a mean of, and it is 0, with gradients of 0.
    /// </summary>
    public Tensor Forward(Tensor input, Tensor target, Tensor rowWeights)
    {
        using var scope = new TensorScope();
        var losses = Compute(input, target, Reduction.None);
        if (rowWeights.Dimensions != 1 || losses.Dimensions == 0 || rowWeights.Size(0) != losses.Size(0)) throw Errors.WrongRowWeights(rowWeights.ToString(), losses.ToString());
        var weights = PerRow(rowWeights, losses);
        var weighted = losses * weights;
        return scope.Keep(Reduction switch
        {
            Reduction.None => weighted,
            Reduction.Sum => weighted.Sum(),
            _ => weighted.Sum() / OrOne((Shares(target) is { } shares ? shares * PerRow(rowWeights, shares) : weights.Expand(losses.Shape.AsSpan())).Sum()),
        });
    }

    /// <summary>The loss of each element, or what a reduction makes of them.</summary>
    protected abstract Tensor Compute(Tensor input, Tensor target, Reduction reduction);

    /// <summary>How much each of the losses counts in the mean before rows are weighted, or null where all count the same.</summary>
    protected virtual Tensor? Shares(Tensor target) => null;

    /// <summary>Declares class or row weights, which the loss takes over; null stays null.</summary>
    protected Tensor? AddWeight(string name, Tensor? weight) => weight is null ? null : AddBuffer(name, weight);

    /// <summary>Reduces losses that no single operator reduces.</summary>
    protected static Tensor Reduce(Tensor losses, Reduction reduction) => reduction switch
    {
        Reduction.Mean => losses.Mean(),
        Reduction.Sum => losses.Sum(),
        _ => losses,
    };

    // 0 / 1 is 0 where 0 / 0 would be no number; another sum keeps its bits, for 0 is added to it. Without a reading: a GPU would be waited for.
    static Tensor OrOne(Tensor sum) => sum + sum.EqualTo(0);

    // [n] beside [n, …]: a size of 1 for every further dimension.
    static Tensor PerRow(Tensor rowWeights, Tensor losses)
    {
        var shape = new long[losses.Dimensions];
        Array.Fill(shape, 1);
        shape[0] = -1;
        return rowWeights.Reshape(shape);
    }
}
