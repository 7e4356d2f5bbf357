namespace Kiln.Running;

/// <summary>What one execution of a stage took of the machine. A number is null where it cannot be told for this stage alone.</summary>
/// <param name="CpuSeconds">Processor time, over all cores.</param>
/// <param name="PeakMemory">The most memory its process held while it ran, in bytes.</param>
/// <param name="BytesIn">The size of its inputs.</param>
/// <param name="BytesOut">The size of its outputs.</param>
public sealed record StageUsage(double? CpuSeconds, long? PeakMemory, long? BytesIn, long? BytesOut);
