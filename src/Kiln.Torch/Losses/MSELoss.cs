namespace Kiln.Torch;

/// <summary>The squared difference: predictions and targets of one shape.</summary>
public sealed class MSELoss(Reduction reduction = Reduction.Mean) : Loss(reduction)
{
    public override Tensor Forward(Tensor input, Tensor target) => Aten.MseLoss.Call(input, target, (long)Reduction);
}
