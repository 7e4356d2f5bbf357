namespace Kiln.Torch;

/// <summary>A table of vectors looked up by number: Int64 […] → […, dimensions].</summary>
public sealed class Embedding : Module<Tensor, Tensor>
{
    readonly long padding;

    /// <param name="count">How many vectors.</param>
    /// <param name="dimensions">How long each is.</param>
    /// <param name="paddingIndex">A number whose vector starts at zero and does not learn.</param>
    public Embedding(long count, long dimensions, long? paddingIndex = null)
    {
        padding = paddingIndex ?? -1;
        Weight = AddParameter("weight", Initialization.Normal(Tensor.Empty([count, dimensions])));
        if (paddingIndex is not { } row) return;
        using var noGrad = new NoGrad();
        using var vector = Weight.Narrow(0, row, 1);
        vector.Fill(0);
    }

    /// <summary>The vectors: [count, dimensions].</summary>
    public Tensor Weight { get; }

    public override Tensor Forward(Tensor input) => Aten.Embedding.Call(Weight, input, padding);
}
