namespace Kiln.Torch;

/// <summary>What a loss does with the rows' losses; the numbers are libtorch's.</summary>
public enum Reduction
{
    /// <summary>Returns each.</summary>
    None = 0,

    /// <summary>Their mean.</summary>
    Mean = 1,

    /// <summary>Their sum.</summary>
    Sum = 2,
}

/// <summary>How far predictions are from targets.</summary>
public abstract class Loss(Reduction reduction) : Module
{
    /// <summary>What happens with the rows' losses.</summary>
    public Reduction Reduction { get; } = reduction;

    /// <summary>Computes the loss, which the caller owns: a single number unless nothing is reduced.</summary>
    public abstract Tensor Forward(Tensor input, Tensor target);

    /// <summary>Declares class or row weights, which the loss takes over; null stays null.</summary>
    protected Tensor? AddWeight(string name, Tensor? weight) => weight is null ? null : AddBuffer(name, weight);
}
