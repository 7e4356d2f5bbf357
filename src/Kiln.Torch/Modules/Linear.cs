namespace Kiln.Torch;

/// <summary>y = x Wᵀ + b: […, inFeatures] → […, outFeatures].</summary>
public sealed class Linear : Module<Tensor, Tensor>
{
    /// <param name="inFeatures">The size of the input's last dimension.</param>
    /// <param name="outFeatures">The size of the output's last dimension.</param>
    /// <param name="bias">Whether b is learned too, or is 0.</param>
    public Linear(long inFeatures, long outFeatures, bool bias = true)
    {
        Weight = AddParameter("weight", Initialization.KaimingUniform(Tensor.Empty([outFeatures, inFeatures])));
        if (bias) Bias = AddParameter("bias", Initialization.FanInUniform(Tensor.Empty([outFeatures]), inFeatures));
    }

    /// <summary>W: [outFeatures, inFeatures].</summary>
    public Tensor Weight { get; }

    /// <summary>b: [outFeatures], or null without one.</summary>
    public Tensor? Bias { get; }

    public override Tensor Forward(Tensor input) => Aten.Linear.Call(input, Weight, Bias);
}
