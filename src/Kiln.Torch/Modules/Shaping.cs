namespace Kiln.Torch;

/// <summary>Makes one dimension of several; by default all but the first: [n, …] → [n, m].</summary>
public sealed class Flatten(int first = 1, int last = -1) : Module<Tensor, Tensor>
{
    public override Tensor Forward(Tensor input) => input.Flatten(first, last);
}

/// <summary>Passes its input on: a place in a sequence where another model has a layer.</summary>
public sealed class Identity : Module<Tensor, Tensor>
{
    // A second reference: the caller owns what it gets, and may dispose it.
    public override Tensor Forward(Tensor input) => input.To(input.ScalarType);
}
