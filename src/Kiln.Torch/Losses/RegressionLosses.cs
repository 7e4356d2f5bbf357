namespace Kiln.Torch;

/// <summary>The squared difference: predictions and targets of one shape.</summary>
public sealed class MSELoss(Reduction reduction = Reduction.Mean) : Loss(reduction)
{
    protected override Tensor Compute(Tensor input, Tensor target, Reduction reduction) => Aten.MseLoss.Call(input, target, (long)reduction);
}

/// <summary>The absolute difference: predictions and targets of one shape.</summary>
public sealed class L1Loss(Reduction reduction = Reduction.Mean) : Loss(reduction)
{
    protected override Tensor Compute(Tensor input, Tensor target, Reduction reduction) => Aten.L1Loss.Call(input, target, (long)reduction);
}

/// <summary>The squared difference over 2β below β, the absolute one less β/2 above: predictions and targets of one shape.</summary>
public sealed class SmoothL1Loss(double beta = 1, Reduction reduction = Reduction.Mean) : Loss(reduction)
{
    protected override Tensor Compute(Tensor input, Tensor target, Reduction reduction) => Aten.SmoothL1Loss.Call(input, target, (long)reduction, beta);
}

/// <summary>Huber's loss (1964), δ times <see cref="SmoothL1Loss"/> of β = δ: predictions and targets of one shape.</summary>
public sealed class HuberLoss(double delta = 1, Reduction reduction = Reduction.Mean) : Loss(reduction)
{
    protected override Tensor Compute(Tensor input, Tensor target, Reduction reduction) => Aten.HuberLoss.Call(input, target, (long)reduction, delta);
}
