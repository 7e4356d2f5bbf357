namespace Kiln.Torch;

/// <summary>PyTorch's default starting values, drawn in its order, so that one seed gives the same weights in both.</summary>
static class Initialization
{
    /// <summary>
    /// <c>kaiming_uniform_(a = √5)</c> of a weight [out, in, …], as <c>Linear</c> and <c>Conv2d</c> call it (He et al. 2015).
    /// The arithmetic follows PyTorch's step by step: shortening it would change the last bit.
    /// </summary>
    public static Tensor KaimingUniform(Tensor weight)
    {
        if (SkipInitialization.IsOn) return weight;
        var slope = Math.Sqrt(5);
        var gain = Math.Sqrt(2.0 / (1 + slope * slope));
        var deviation = gain / Math.Sqrt(FanIn(weight));
        var bound = Math.Sqrt(3.0) * deviation;
        return weight.FillUniform(-bound, bound);
    }

    /// <summary>How many inputs an output of a weight [out, in, …] sums over.</summary>
    public static long FanIn(Tensor weight) => weight.Shape.Skip(1).Aggregate(1L, (product, size) => product * size);

    /// <summary>The bias of a linear layer or a convolution: uniform within ± 1/√inputs.</summary>
    public static Tensor FanInUniform(Tensor bias, long inputs)
    {
        if (SkipInitialization.IsOn) return bias;
        var bound = inputs > 0 ? 1 / Math.Sqrt(inputs) : 0;
        return bias.FillUniform(-bound, bound);
    }

    /// <summary>The standard normal distribution, as <c>Embedding.reset_parameters</c> draws it.</summary>
    public static Tensor Normal(Tensor weight) => SkipInitialization.IsOn ? weight : weight.FillNormal();
}
