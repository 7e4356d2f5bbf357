namespace Kiln.Torch;

/// <summary>
/// Layer normalization (Ba, Kiros and Hinton 2016): each example's last dimensions by their own mean and biased variance, in training
/// and in inference alike. […, shape] → […, shape].
/// </summary>
public sealed class LayerNorm : Module<Tensor, Tensor>
{
    readonly long[] shape;
    readonly double epsilon;

    /// <param name="features">The size of the last dimension, which is normalized.</param>
    /// <param name="epsilon">Added to the variance.</param>
    /// <param name="affine">Whether a scale and a shift are learned.</param>
    public LayerNorm(long features, double epsilon = 1e-5, bool affine = true)
        : this([features], epsilon, affine)
    {
    }

    /// <param name="shape">The sizes of the last dimensions, which are normalized together.</param>
    /// <param name="epsilon">Added to the variance.</param>
    /// <param name="affine">Whether a scale and a shift are learned.</param>
    public LayerNorm(ReadOnlySpan<long> shape, double epsilon = 1e-5, bool affine = true)
    {
        this.shape = shape.ToArray();
        this.epsilon = epsilon;
        if (!affine) return;
        Weight = AddParameter("weight", Tensor.Ones(shape));
        Bias = AddParameter("bias", Tensor.Zeros(shape));
    }

    /// <summary>The learned scale, of the normalized shape, or null without it.</summary>
    public Tensor? Weight { get; }

    /// <summary>The learned shift, of the normalized shape, or null without it.</summary>
    public Tensor? Bias { get; }

    public override Tensor Forward(Tensor input) => Aten.LayerNorm.Call(input, shape, Weight, Bias, epsilon);
}
