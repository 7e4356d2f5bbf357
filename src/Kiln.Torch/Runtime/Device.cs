namespace Kiln.Torch;

/// <summary>The kinds of device; the numbers are libtorch's.</summary>
public enum DeviceType
{
    /// <summary>The host's memory and processors.</summary>
    Cpu = 0,

    /// <summary>An NVIDIA GPU.</summary>
    Cuda = 1,
}

/// <summary>Where a tensor's memory is.</summary>
/// <param name="Type">The kind of device.</param>
/// <param name="Index">Which of them; 0 on the CPU.</param>
public readonly record struct Device(DeviceType Type, int Index)
{
    /// <summary>The host.</summary>
    public static Device Cpu { get; } = new(DeviceType.Cpu, 0);

    /// <summary>A GPU by number. That it exists is checked when something is put there; <see cref="Parse"/> checks at once.</summary>
    public static Device Cuda(int index = 0) => new(DeviceType.Cuda, index);

    /// <summary>
    /// Reads a setting: <c>cpu</c>, <c>cuda</c>, <c>cuda:1</c>, or <c>auto</c>, which takes the first GPU and falls back to the
    /// CPU. The choice says what was taken and why.
    /// </summary>
    /// <exception cref="TorchException">No such device, or CUDA asked for where there is none.</exception>
    public static DeviceChoice Parse(string text)
    {
        var wanted = text.Trim().ToLowerInvariant();
        if (wanted == "cpu") return new(Cpu, text, "asked for");
        if (wanted == "auto")
        {
            return CudaDevices.Count > 0
                ? new(Cuda(), text, $"the first of {CudaDevices.Count} CUDA devices: {CudaDevices.Describe(0)}")
                : new(Cpu, text, CudaDevices.WhyNone());
        }
        var number = wanted == "cuda" ? 0 : ParseIndex(wanted) ?? throw Errors.UnknownDevice(text);
        if (number >= CudaDevices.Count) throw Errors.NoCuda(text, CudaDevices.WhyNone());
        return new(Cuda(number), text, "asked for: " + CudaDevices.Describe(number));
    }

    public override string ToString() => Type == DeviceType.Cpu ? "cpu" : $"cuda:{Index}";

    /// <summary>libtorch's number: the CPU has none.</summary>
    internal int NativeIndex => Type == DeviceType.Cpu ? -1 : Index;

    static int? ParseIndex(string text) =>
        text.StartsWith("cuda:", StringComparison.Ordinal) && int.TryParse(text.AsSpan(5), out var index) && index is >= 0 and < 128 ? index : null;
}

/// <summary>A device taken for a setting, for the record of a run.</summary>
/// <param name="Device">What is used.</param>
/// <param name="Requested">What the setting said.</param>
/// <param name="Reason">Why this one.</param>
public sealed record DeviceChoice(Device Device, string Requested, string Reason);
