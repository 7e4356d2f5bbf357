using Kiln.Torch.Native;

namespace Kiln.Torch;

/// <summary>
/// While open, operators of this thread compute in a shorter type where that is good enough (products, convolutions), and in single
/// precision where it is not (sums, losses), as under <c>torch.autocast</c>. Parameters and their gradients stay as they are:
/// <code>
/// using (new Autocast(device)) loss = criterion.Forward(model.Forward(x), y);
/// loss.Backward();
/// </code>
/// </summary>
public sealed class Autocast : IDisposable
{
    readonly DeviceType device;
    readonly NativeAutocast before;
    bool closed;

    /// <param name="device">Whose operators.</param>
    /// <param name="type">BFloat16, or on a GPU Float16, whose gradients may vanish.</param>
    /// <exception cref="TorchException">There is no such GPU, or nothing is computed in that type there.</exception>
    public Autocast(Device device, ScalarType type = ScalarType.BFloat16)
    {
        if (type != ScalarType.BFloat16 && (type != ScalarType.Float16 || device.Type == DeviceType.Cpu)) throw Errors.NoAutocast(device, type);
        if (device.Type == DeviceType.Cuda && device.Index >= CudaDevices.Count) throw Errors.NoCuda(device.ToString(), CudaDevices.WhyNone());
        this.device = device.Type;
        NativeMethods.Check(NativeMethods.BeginAutocast((int)device.Type, (int)type, out before));
    }

    /// <summary>Back to what held before; the copies of weights kept in the shorter type are dropped with the outermost.</summary>
    public void Dispose()
    {
        if (closed) return;
        closed = true;
        NativeMethods.Check(NativeMethods.EndAutocast((int)device, before));
    }
}
