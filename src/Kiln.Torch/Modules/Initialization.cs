namespace Kiln.Torch;

/// <summary>PyTorch's default starting values, drawn in its order, so that one seed gives the same weights in both.</summary>
static class Initialization
{
    /// <summary>
    /// <c>kaiming_uniform_(a = √5)</c> of a weight [out, in], as <c>Linear.reset_parameters</c> calls it (He et al. 2015).
    /// The arithmetic follows PyTorch's step by step: shortening it would change the last bit.
    /// </summary>
    public static Tensor KaimingUniform(Tensor weight)
    {
        if (SkipInitialization.IsOn) return weight;
        var slope = Math.Sqrt(5);
        var gain = Math.Sqrt(2.0 / (1 + slope * slope));
        var deviation = gain / Math.Sqrt(weight.Size(1));
        var bound = Math.Sqrt(3.0) * deviation;
        return weight.FillUniform(-bound, bound);
    }

    /// <summary>A linear layer's bias: uniform within ± 1/√in.</summary>
    public static Tensor FanInUniform(Tensor bias, long inputs)
    {
        if (SkipInitialization.IsOn) return bias;
        var bound = inputs > 0 ? 1 / Math.Sqrt(inputs) : 0;
        return bias.FillUniform(-bound, bound);
    }

    /// <summary>The standard normal distribution, as <c>Embedding.reset_parameters</c> draws it.</summary>
    public static Tensor Normal(Tensor weight) => SkipInitialization.IsOn ? weight : weight.FillNormal();
}
