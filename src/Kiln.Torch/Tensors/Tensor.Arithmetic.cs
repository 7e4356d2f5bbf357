namespace Kiln.Torch;

/// <summary>Element by element, with PyTorch's broadcasting; and products.</summary>
public sealed partial class Tensor
{
    public static Tensor operator +(Tensor left, Tensor right) => Aten.AddTensor.Call(left, right);

    public static Tensor operator +(Tensor left, double right) => Aten.AddNumber.Call(left, right);

    public static Tensor operator +(double left, Tensor right) => Aten.AddNumber.Call(right, left);

    public static Tensor operator -(Tensor left, Tensor right) => Aten.SubTensor.Call(left, right);

    public static Tensor operator -(Tensor left, double right) => Aten.AddNumber.Call(left, -right);

    public static Tensor operator -(Tensor tensor) => Aten.Neg.Call(tensor);

    public static Tensor operator *(Tensor left, Tensor right) => Aten.MulTensor.Call(left, right);

    public static Tensor operator *(Tensor left, double right) => Aten.MulNumber.Call(left, right);

    public static Tensor operator *(double left, Tensor right) => Aten.MulNumber.Call(right, left);

    public static Tensor operator /(Tensor left, Tensor right) => Aten.DivTensor.Call(left, right);

    public static Tensor operator /(Tensor left, double right) => Aten.DivNumber.Call(left, right);

    /// <summary>Adds another tensor to this one, in place.</summary>
    public Tensor AddInPlace(Tensor other)
    {
        Aten.AddTensorInPlace.Apply(this, other);
        return this;
    }

    /// <summary>The matrix product, batched over leading dimensions: […, n, m] × […, m, p] → […, n, p].</summary>
    public Tensor MatMul(Tensor other) => Aten.MatMul.Call(this, other);

    /// <summary>The matrix products of two batches: [b, n, m] × [b, m, p] → [b, n, p].</summary>
    public Tensor BatchedMatMul(Tensor other) => Aten.BatchedMatMul.Call(this, other);

    /// <summary>Each element's absolute value.</summary>
    public Tensor Abs() => Aten.Abs.Call(this);

    /// <summary>Each element raised to a power.</summary>
    public Tensor Pow(double exponent) => Aten.PowNumber.Call(this, exponent);

    /// <summary>Each element's square root.</summary>
    public Tensor Sqrt() => Aten.Sqrt.Call(this);

    /// <summary>e to the power of each element.</summary>
    public Tensor Exp() => Aten.Exp.Call(this);

    /// <summary>Each element's natural logarithm.</summary>
    public Tensor Log() => Aten.Log.Call(this);

    /// <summary>1 / (1 + e^-x) of each element.</summary>
    public Tensor Sigmoid() => Aten.Sigmoid.Call(this);

    /// <summary>Each element's hyperbolic tangent.</summary>
    public Tensor Tanh() => Aten.Tanh.Call(this);

    /// <summary>Each element, or 0 where it is negative.</summary>
    public Tensor Relu() => Aten.Relu.Call(this);

    /// <summary>Exponentials that sum to one along a dimension.</summary>
    public Tensor Softmax(int dimension) => Aten.Softmax.Call(this, dimension);

    /// <summary>The logarithm of <see cref="Softmax"/>, without its loss of precision.</summary>
    public Tensor LogSoftmax(int dimension) => Aten.LogSoftmax.Call(this, dimension);

    /// <summary>Each element, moved into [minimum, maximum]; null leaves that side open.</summary>
    public Tensor Clamp(double? minimum, double? maximum) => Aten.Clamp.Call(this, minimum, maximum);

    /// <summary>A number where the mask (Bool, broadcast) is set, elsewhere this.</summary>
    public Tensor MaskedFill(Tensor mask, double number) => Aten.MaskedFillNumber.Call(this, mask, number);

    /// <summary>This where the condition (Bool) is set, elsewhere the other; all three are broadcast.</summary>
    public Tensor Where(Tensor condition, Tensor other) => Aten.Where.Call(condition, this, other);

    /// <summary>Where this equals the other, element by element: Bool.</summary>
    public Tensor EqualTo(Tensor other) => Aten.EqualTo.Call(this, other);

    /// <summary>Where this is a number: Bool.</summary>
    public Tensor EqualTo(double number) => Aten.EqualToNumber.Call(this, number);

    /// <summary>Where this is above a number: Bool.</summary>
    public Tensor GreaterThan(double number) => Aten.GreaterThanNumber.Call(this, number);

    /// <summary>Where this is below a number: Bool.</summary>
    public Tensor LessThan(double number) => Aten.LessThanNumber.Call(this, number);

    /// <summary>Whether both have the same shape and the same elements.</summary>
    public bool SameAs(Tensor other) => Aten.EqualBits.CallNumber(this, other) != 0;

    /// <summary>Whether |this - other| ≤ absolute + relative · |other| everywhere.</summary>
    public bool AllClose(Tensor other, double relative = 1e-5, double absolute = 1e-8) =>
        Aten.AllClose.CallNumber(this, other, relative, absolute) != 0;

    /// <summary>Whether no element is infinite or NaN.</summary>
    public bool AllFinite()
    {
        using var finite = Aten.IsFinite.Call(this);
        using var least = finite.Min();
        return ElementCount == 0 || least.Item() != 0;
    }
}
