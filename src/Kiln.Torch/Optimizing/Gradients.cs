using Kiln.Torch.Native;

namespace Kiln.Torch;

/// <summary>Measures taken of gradients between the backward pass and the step.</summary>
public static unsafe class Gradients
{
    /// <summary>The 2-norm over all parameters' gradients together; 0 where there are none.</summary>
    public static double Norm(IReadOnlyList<Tensor> parameters) => ScaleTo(parameters, 0);

    /// <summary>
    /// Scales the gradients so that their common 2-norm is at most the maximum, as <c>clip_grad_norm_</c>; returns the norm
    /// before. A norm of NaN or infinity is returned and scales nothing.
    /// </summary>
    public static double ClipNorm(IReadOnlyList<Tensor> parameters, double maximum)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maximum);
        return ScaleTo(parameters, maximum);
    }

    /// <summary>
    /// The same without waiting for a GPU: the norm stays there, Float64 []. A maximum of 0 scales nothing; a norm of NaN or infinity leaves
    /// no gradient as it was.
    /// </summary>
    public static Tensor ClipNormUnread(IReadOnlyList<Tensor> parameters, double maximum)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(maximum);
        using var noGrad = new NoGrad();
        using var scope = new TensorScope();
        Tensor[] gradients = [.. parameters.Select(parameter => parameter.Grad).OfType<Tensor>()];
        if (gradients.Length == 0) return scope.Keep(Tensor.Zeros([], ScalarType.Float64, parameters.Count > 0 ? parameters[0].Device : Device.Cpu));
        var norm = Aten.VectorNorm.Call(Tensor.Stack(Aten.ForeachNorm.CallMany(gradients))).To(ScalarType.Float64);
        if (maximum > 0)
        {
            var coefficient = (Tensor.Full([], maximum, ScalarType.Float64, norm.Device) / (norm + 1e-6)).Clamp(null, 1);
            Scale(gradients, coefficient.To(gradients[0].ScalarType));
        }
        return scope.Keep(norm);
    }

    /// <summary>Fills the gradients with 0 where they lie; who has none gets none.</summary>
    public static void FillZero(IReadOnlyList<Tensor> parameters)
    {
        foreach (var parameter in parameters)
        {
            using var gradient = parameter.Grad;
            if (gradient is not null) Aten.ZeroInPlace.Apply(gradient);
        }
    }

    /// <summary>Moves every element of the gradients into [-limit, limit], as <c>clip_grad_value_</c>.</summary>
    public static void ClipValue(IReadOnlyList<Tensor> parameters, double limit)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit);
        foreach (var parameter in parameters)
        {
            using var gradient = parameter.Grad;
            if (gradient is not null) Aten.ClampInPlace.Apply(gradient, -limit, limit);
        }
    }

    // One launch for all, where libtorch has it: since 2.1.
    static void Scale(Tensor[] gradients, Tensor coefficient)
    {
        if (Aten.ForeachMulTensor.Exists) Aten.ForeachMulTensor.Apply(gradients, coefficient);
        else
            foreach (var gradient in gradients) Aten.MulTensorInPlace.Apply(gradient, coefficient);
    }

    static double ScaleTo(IReadOnlyList<Tensor> parameters, double maximum)
    {
        using var handles = new HandleList(parameters);
        NativeMethods.Check(NativeMethods.ClipGradNorm(handles.Pointer, handles.Count, maximum, out var norm));
        return norm;
    }
}
