namespace Kiln.Torch;

/// <summary>
/// The focal loss of one class against the rest (Lin et al. 2017, equation 5): logits and targets (0 … 1) of one shape.
/// <c>-α y (1 - p)^γ log p - (1 - α)(1 - y) p^γ log(1 - p)</c> with p = σ(logit): what is right already counts less. Powers are taken of
/// logarithms, so that the gradient is finite wherever the loss is.
/// </summary>
public sealed class BinaryFocalLoss : Loss
{
    readonly double gamma;
    readonly double? alpha;

    /// <param name="gamma">How much less: 0 is binary cross entropy.</param>
    /// <param name="alpha">The weight of the positive class, 0 … 1, and one less it that of the negative; null weighs both 1.</param>
    /// <param name="reduction">What happens with the elements' losses.</param>
    public BinaryFocalLoss(double gamma = 2, double? alpha = null, Reduction reduction = Reduction.Mean)
        : base(reduction)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(gamma);
        if (alpha is not (null or (>= 0 and <= 1))) throw new ArgumentOutOfRangeException(nameof(alpha), alpha, "A weight of the positive class is from 0 to 1.");
        (this.gamma, this.alpha) = (gamma, alpha);
    }

    protected override Tensor Compute(Tensor input, Tensor target, Reduction reduction)
    {
        using var scope = new TensorScope();
        var (positive, negative) = (Aten.LogSigmoid.Call(input), Aten.LogSigmoid.Call(-input));
        var present = (negative * gamma).Exp() * positive * target * -(alpha ?? 1);
        var absent = (positive * gamma).Exp() * negative * (1 + -target) * -(1 - alpha ?? 1);
        return scope.Keep(Reduce(present + absent, reduction));
    }
}

/// <summary>
/// The focal loss of several classes: logits [n, classes] against Int64 [n]. <c>-α_t (1 - p_t)^γ log p_t</c> with the right class's
/// probability p_t under a softmax (Lin et al. 2017). The mean is over rows, whatever their weights.
/// </summary>
public sealed class FocalLoss : Loss
{
    // A power below 1 has an infinite slope at 0, which a certain and right prediction reaches.
    const double Least = 1e-12;

    readonly double gamma;
    readonly Tensor? weight;

    /// <param name="gamma">How much less what is right already counts: 0 is cross entropy.</param>
    /// <param name="weight">α, a weight a class: [classes]; the loss takes it over.</param>
    /// <param name="reduction">What happens with the rows' losses.</param>
    public FocalLoss(double gamma = 2, Tensor? weight = null, Reduction reduction = Reduction.Mean)
        : base(reduction)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(gamma);
        this.gamma = gamma;
        this.weight = AddWeight("weight", weight);
    }

    protected override Tensor Compute(Tensor input, Tensor target, Reduction reduction)
    {
        using var scope = new TensorScope();
        var right = input.LogSoftmax(1).Gather(1, target.Unsqueeze(1)).Squeeze(1);
        var wrong = (-Aten.ExpM1.Call(right)).Clamp(Least, null);
        var losses = wrong.Pow(gamma) * -right;
        return scope.Keep(Reduce(weight is null ? losses : losses * weight.IndexSelect(0, target), reduction));
    }
}
