namespace Kiln.Torch;

/// <summary>In training zeroes each element with a probability and scales the rest up; in inference passes its input on.</summary>
public sealed class Dropout : Module<Tensor, Tensor>
{
    readonly double probability;

    /// <param name="probability">Each element's chance of being dropped: 0 … 1.</param>
    public Dropout(double probability = 0.5)
    {
        if (probability is not (>= 0 and <= 1)) throw new ArgumentOutOfRangeException(nameof(probability), probability, "A probability is from 0 to 1.");
        this.probability = probability;
    }

    public override Tensor Forward(Tensor input) => Aten.Dropout.Call(input, probability, IsTraining);
}
