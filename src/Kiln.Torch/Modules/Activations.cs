namespace Kiln.Torch;

/// <summary>max(0, x).</summary>
public sealed class ReLU : Module<Tensor, Tensor>
{
    public override Tensor Forward(Tensor input) => Aten.Relu.Call(input);
}

/// <summary>x where positive, else slope · x.</summary>
public sealed class LeakyReLU(double negativeSlope = 0.01) : Module<Tensor, Tensor>
{
    public override Tensor Forward(Tensor input) => Aten.LeakyRelu.Call(input, negativeSlope);
}

/// <summary>x Φ(x), with the exact normal distribution function (Hendrycks and Gimpel 2016).</summary>
public sealed class GELU : Module<Tensor, Tensor>
{
    public override Tensor Forward(Tensor input) => Aten.Gelu.Call(input);
}

/// <summary>x / (1 + e^-x), also called swish.</summary>
public sealed class SiLU : Module<Tensor, Tensor>
{
    public override Tensor Forward(Tensor input) => Aten.Silu.Call(input);
}

/// <summary>1 / (1 + e^-x).</summary>
public sealed class Sigmoid : Module<Tensor, Tensor>
{
    public override Tensor Forward(Tensor input) => Aten.Sigmoid.Call(input);
}

/// <summary>The hyperbolic tangent.</summary>
public sealed class Tanh : Module<Tensor, Tensor>
{
    public override Tensor Forward(Tensor input) => Aten.Tanh.Call(input);
}

/// <summary>Exponentials that sum to one along a dimension.</summary>
public sealed class Softmax(int dimension) : Module<Tensor, Tensor>
{
    public override Tensor Forward(Tensor input) => Aten.Softmax.Call(input, dimension);
}

/// <summary>The logarithm of <see cref="Softmax"/>, without its loss of precision.</summary>
public sealed class LogSoftmax(int dimension) : Module<Tensor, Tensor>
{
    public override Tensor Forward(Tensor input) => Aten.LogSoftmax.Call(input, dimension);
}

/// <summary>log(1 + e^(βx)) / β, a smooth max(0, x); above the threshold of βx it is x itself.</summary>
public sealed class Softplus(double beta = 1, double threshold = 20) : Module<Tensor, Tensor>
{
    public override Tensor Forward(Tensor input) => Aten.Softplus.Call(input, beta, threshold);
}

/// <summary>
/// The gated unit of Shazeer 2020 with a rectifier for a gate, as FT-Transformer has it: the last dimension is halved into a and b, and
/// a · max(0, b) returned. […, 2n] → […, n].
/// </summary>
public sealed class ReGLU : Module<Tensor, Tensor>
{
    /// <exception cref="TorchException">The last dimension is odd.</exception>
    public override Tensor Forward(Tensor input)
    {
        using var scope = new TensorScope();
        if (input.Size(-1) % 2 != 0) throw Errors.OddGate(input.ToString());
        var halves = input.Chunk(2, -1);
        return scope.Keep(halves[0] * halves[1].Relu());
    }
}
