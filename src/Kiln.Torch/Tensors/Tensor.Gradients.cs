using Kiln.Torch.Native;

namespace Kiln.Torch;

/// <summary>Automatic differentiation.</summary>
public sealed unsafe partial class Tensor
{
    /// <summary>Whether operations on this tensor are recorded for <see cref="Backward"/>.</summary>
    public bool RequiresGrad
    {
        get => Describe().RequiresGrad != 0;
        set => NativeMethods.Check(NativeMethods.SetRequiresGrad(Handle, value ? 1 : 0));
    }

    /// <summary>Whether no recorded operation made this tensor: only leaves keep their gradients.</summary>
    public bool IsLeaf => NativeMethods.Check(NativeMethods.IsLeaf(Handle)) != 0;

    /// <summary>
    /// The gradient that backward passes have added up, or null where there is none. Each reading gives another reference to the
    /// same gradient, which the caller owns.
    /// </summary>
    public Tensor? Grad
    {
        get
        {
            NativeMethods.Check(NativeMethods.Grad(Handle, out var gradient));
            return gradient == 0 ? null : new Tensor(gradient);
        }
        set
        {
            if (value is null) ClearGrads([this]);
            else NativeMethods.Check(NativeMethods.SetGrad(Handle, value.Handle));
        }
    }

    /// <summary>
    /// Adds the gradient of this tensor with respect to every leaf it was computed from to those leaves' <see cref="Grad"/>.
    /// </summary>
    /// <param name="gradient">The gradient of the outcome with respect to this tensor; needed unless this is a single number.</param>
    /// <param name="retainGraph">Keep the recording, for another backward pass.</param>
    /// <param name="createGraph">Record the backward pass too, for second derivatives.</param>
    public void Backward(Tensor? gradient = null, bool retainGraph = false, bool createGraph = false)
    {
        using var outputs = new HandleList([this]);
        using var gradients = new HandleList([gradient]);
        var keep = retainGraph || createGraph ? 1 : 0;
        var given = gradient is null ? null : gradients.Pointer;
        NativeMethods.Check(NativeMethods.Backward(outputs.Pointer, given, 1, keep, createGraph ? 1 : 0));
    }

    /// <summary>The same elements, cut off from the recording.</summary>
    public Tensor Detach() => Aten.Detach.Call(this);

    /// <summary>Drops the gradients of these tensors.</summary>
    internal static void ClearGrads(IReadOnlyList<Tensor> tensors)
    {
        using var handles = new HandleList(tensors);
        NativeMethods.Check(NativeMethods.ClearGrads(handles.Pointer, handles.Count));
    }

    /// <summary>Takes over another tensor's elements, type and device, keeping this tensor's identity for whoever holds it.</summary>
    internal void SetData(Tensor data) => NativeMethods.Check(NativeMethods.SetData(Handle, data.Handle));
}
