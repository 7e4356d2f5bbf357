using System.Collections.Immutable;
using Kiln.Torch;

namespace Kiln.Learning.Training;

/// <summary>Tensors and a device's random generators as they were at one moment, copied on the device: to go back to.</summary>
sealed class KeptState : IDisposable
{
    readonly ImmutableArray<(Tensor Live, Tensor Copy)> tensors;
    readonly ImmutableArray<Device> devices;
    ImmutableArray<Tensor> generators = [];

    /// <param name="live">What is kept, as it is now.</param>
    /// <param name="device">Whose generator is kept, beside the CPU's.</param>
    public KeptState(IEnumerable<Tensor> live, Device device)
    {
        using var noGrad = new NoGrad();
        devices = device.Type == DeviceType.Cpu ? [device] : [Device.Cpu, device];
        tensors = [.. live.Select(tensor => (tensor, TensorScope.Free(tensor.Clone())))];
        KeepGenerators();
    }

    /// <summary>Keeps what is now in place of what was.</summary>
    public void Keep()
    {
        using var noGrad = new NoGrad();
        foreach (var (live, copy) in tensors) copy.CopyFrom(live);
        KeepGenerators();
    }

    /// <summary>Makes everything as it was when it was last kept.</summary>
    public void Restore()
    {
        using var noGrad = new NoGrad();
        foreach (var (live, copy) in tensors) live.CopyFrom(copy);
        foreach (var (device, state) in devices.Zip(generators)) TorchRuntime.SetGeneratorState(device, state);
    }

    public void Dispose()
    {
        foreach (var copy in generators.Concat(tensors.Select(pair => pair.Copy))) copy.Dispose();
    }

    void KeepGenerators()
    {
        foreach (var state in generators) state.Dispose();
        generators = [.. devices.Select(device => TensorScope.Free(TorchRuntime.GeneratorState(device)))];
    }
}
