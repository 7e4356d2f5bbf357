using System.Diagnostics;
using Kiln.Torch;

namespace Kiln.Learning.Training;

/// <summary>Measures what an epoch takes of the machine, from its making on.</summary>
sealed class ResourceMeter
{
    readonly Stopwatch watch = Stopwatch.StartNew();
    readonly TimeSpan before = Environment.CpuUsage.TotalTime;

    public double Seconds => watch.Elapsed.TotalSeconds;

    public EpochResources Read(double rowsPerSecond, Device device) => new()
    {
        Seconds = Seconds,
        RowsPerSecond = rowsPerSecond,
        ProcessorSeconds = (Environment.CpuUsage.TotalTime - before).TotalSeconds,
        MemoryBytes = Environment.WorkingSet,
        GpuMemoryBytes = device.Type == DeviceType.Cuda ? CudaDevices.MemoryInUse(device.Index) : null,
    };
}
