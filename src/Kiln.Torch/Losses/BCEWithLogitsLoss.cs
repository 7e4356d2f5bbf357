namespace Kiln.Torch;

/// <summary>
/// Binary cross entropy of sigmoid(logits), computed without the sigmoid's loss of precision: logits and targets (0 … 1) of one
/// shape. <c>-w [p y log σ(x) + (1 - y) log(1 - σ(x))]</c> with row weights w and the positive class's weight p.
/// </summary>
public sealed class BCEWithLogitsLoss : Loss
{
    readonly Tensor? weight;
    readonly Tensor? positiveWeight;

    /// <param name="weight">A weight an element, broadcast; the loss takes it over.</param>
    /// <param name="positiveWeight">PyTorch's <c>pos_weight</c>, broadcast; the loss takes it over.</param>
    /// <param name="reduction">What happens with the elements' losses.</param>
    public BCEWithLogitsLoss(Tensor? weight = null, Tensor? positiveWeight = null, Reduction reduction = Reduction.Mean)
        : base(reduction)
    {
        this.weight = AddWeight("weight", weight);
        this.positiveWeight = AddWeight("pos_weight", positiveWeight);
    }

    protected override Tensor Compute(Tensor input, Tensor target, Reduction reduction) =>
        Aten.BinaryCrossEntropyWithLogits.Call(input, target, weight, positiveWeight, (long)reduction);
}
