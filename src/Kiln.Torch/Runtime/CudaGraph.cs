using Kiln.Torch.Native;

namespace Kiln.Torch;

/// <summary>
/// A sequence of GPU kernels recorded once and launched again at the cost of one call (a CUDA graph): for small networks, whose
/// launches take longer than their arithmetic. It reads and writes the memory that the recorded tensors had: new inputs are copied into
/// the old ones with <see cref="Tensor.CopyFrom"/>, and results read from the tensors that the body kept.
/// <para>
/// Of a training step it takes forward and backward: the body clears the gradients first, and nobody clears them between replays, which
/// write them anew in their place. The optimizer's step stays outside: its numbers change from step to step.
/// </para>
/// </summary>
public sealed class CudaGraph : IDisposable
{
    readonly GraphHandle handle;

    CudaGraph(GraphHandle handle) => this.handle = handle;

    /// <summary>Runs the body a few times, then once more to record it; the recording itself computes nothing.</summary>
    /// <param name="device">The GPU that the body computes on.</param>
    /// <param name="body">Launches the same kernels on the same memory every time: no reading of results, no other shapes.</param>
    /// <param name="warmUps">How often to run it before, so that libraries have made what they need.</param>
    /// <exception cref="TorchException">No such GPU, a shim compiled without CUDA, or a body that cannot be recorded.</exception>
    public static CudaGraph Record(Device device, Action body, int warmUps = 3)
    {
        if (device.Type != DeviceType.Cuda || device.Index >= CudaDevices.Count) throw Errors.NoCuda($"a CUDA graph on {device}", CudaDevices.WhyNone());
        var handle = new GraphHandle(NativeMethods.Check(NativeMethods.OpenGraph(device.Index)));
        try
        {
            Record(handle, body, warmUps);
            return new(handle);
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    /// <summary>Launches everything recorded, in its order; it is done when a result is read.</summary>
    public void Replay()
    {
        if (handle.IsClosed) throw Errors.Disposed("CUDA graph");
        NativeMethods.Check(NativeMethods.ReplayGraph(handle));
    }

    /// <summary>Releases the recording and the memory that only it used.</summary>
    public void Dispose() => handle.Dispose();

    static void Record(GraphHandle handle, Action body, int warmUps)
    {
        try
        {
            for (var i = 0; i < warmUps; i++) body();
            NativeMethods.Check(NativeMethods.BeginGraph(handle));
            try
            {
                body();
            }
            catch
            {
                // The recording has to be ended either way; what the body says matters more.
                _ = NativeMethods.EndGraph(handle);
                throw;
            }
            NativeMethods.Check(NativeMethods.EndGraph(handle));
        }
        finally
        {
            _ = NativeMethods.CloseGraph(handle);
        }
    }
}
