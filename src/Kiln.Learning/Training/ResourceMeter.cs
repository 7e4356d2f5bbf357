using System.Diagnostics;
using Kiln.Torch;

namespace Kiln.Learning.Training;

/// <summary>Measures what an epoch takes of the machine, from its making on.</summary>
/// <param name="device">Where it is computed.</param>
sealed class ResourceMeter(Device device = default)
{
    // NVML's own samples are between a sixth of a second and a second long.
    const int SampleMilliseconds = 200;

    readonly Stopwatch watch = Stopwatch.StartNew();
    readonly TimeSpan before = Environment.CpuUsage.TotalTime;
    long sampled = Environment.TickCount64;
    int samples;
    double use;

    public double Seconds => watch.Elapsed.TotalSeconds;

    /// <summary>Looks how busy the GPU is, unless that was a moment ago. Call it while work is under way.</summary>
    public void Sample()
    {
        if (device.Type == DeviceType.Cpu || Environment.TickCount64 - sampled < SampleMilliseconds) return;
        Look();
    }

    public EpochResources Read(double rowsPerSecond)
    {
        if (device.Type == DeviceType.Cuda && samples == 0) Look();
        return new()
        {
            Seconds = Seconds,
            RowsPerSecond = rowsPerSecond,
            ProcessorSeconds = (Environment.CpuUsage.TotalTime - before).TotalSeconds,
            MemoryBytes = Environment.WorkingSet,
            GpuMemoryBytes = device.Type == DeviceType.Cuda ? CudaDevices.MemoryInUse(device.Index) : null,
            GpuUtilization = samples == 0 ? null : use / samples,
        };
    }

    void Look()
    {
        sampled = Environment.TickCount64;
        if (CudaDevices.Utilization(device.Index) is not { } percent) return;
        use += percent;
        samples++;
    }
}
