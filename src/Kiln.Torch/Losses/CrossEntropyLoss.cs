namespace Kiln.Torch;

/// <summary>
/// The negative log-likelihood of the right class under a softmax of the logits: [n, classes] against Int64 [n].
/// With class weights the mean is weighted, as in PyTorch.
/// </summary>
public sealed class CrossEntropyLoss : Loss
{
    readonly Tensor? weight;
    readonly double smoothing;

    /// <param name="weight">A weight a class: [classes]; the loss takes it over.</param>
    /// <param name="reduction">What happens with the rows' losses.</param>
    /// <param name="labelSmoothing">The share of the target spread over all classes: 0 … 1.</param>
    public CrossEntropyLoss(Tensor? weight = null, Reduction reduction = Reduction.Mean, double labelSmoothing = 0)
        : base(reduction)
    {
        this.weight = AddWeight("weight", weight);
        smoothing = labelSmoothing;
    }

    public override Tensor Forward(Tensor input, Tensor target) =>
        Aten.CrossEntropyLoss.Call(input, target, weight, (long)Reduction, -100, smoothing);
}
