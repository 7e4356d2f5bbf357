namespace Kiln.Torch;

/// <summary>
/// The negative log-likelihood of the right class under a softmax of the logits: [n, classes] against Int64 [n].
/// With class weights the mean is weighted, as in PyTorch.
/// </summary>
public sealed class CrossEntropyLoss : Loss
{
    readonly Tensor? weight;
    readonly double smoothing;
    readonly long ignored;

    /// <param name="weight">A weight a class: [classes]; the loss takes it over.</param>
    /// <param name="reduction">What happens with the rows' losses.</param>
    /// <param name="labelSmoothing">The share of the target spread over all classes: 0 … 1.</param>
    /// <param name="ignoreIndex">Rows with this target count nothing, in the sum and in the mean.</param>
    public CrossEntropyLoss(Tensor? weight = null, Reduction reduction = Reduction.Mean, double labelSmoothing = 0, long ignoreIndex = -100)
        : base(reduction)
    {
        this.weight = AddWeight("weight", weight);
        smoothing = labelSmoothing;
        ignored = ignoreIndex;
    }

    protected override Tensor Compute(Tensor input, Tensor target, Reduction reduction) =>
        Aten.CrossEntropyLoss.Call(input, target, weight, (long)reduction, ignored, smoothing);

    protected override Tensor? Shares(Tensor target)
    {
        using var scope = new TensorScope();
        var counts = Aten.NotEqualToNumber.Call(target, ignored);
        if (weight is null) return scope.Keep(counts.To(ScalarType.Float32));
        // An ignored target may be no class at all: any class stands in for it, and counts nothing.
        var classes = target * counts.To(ScalarType.Int64);
        return scope.Keep(weight.IndexSelect(0, classes.Flatten()).Reshape(target.Shape.AsSpan()) * counts);
    }
}
