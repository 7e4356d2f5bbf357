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

    static double ScaleTo(IReadOnlyList<Tensor> parameters, double maximum)
    {
        using var handles = new HandleList(parameters);
        NativeMethods.Check(NativeMethods.ClipGradNorm(handles.Pointer, handles.Count, maximum, out var norm));
        return norm;
    }
}
