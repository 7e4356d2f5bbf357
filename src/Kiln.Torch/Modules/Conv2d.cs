namespace Kiln.Torch;

/// <summary>A learned cross-correlation over images: [n, inChannels, height, width] → [n, outChannels, height', width'].</summary>
public sealed class Conv2d : Module<Tensor, Tensor>
{
    readonly long[] stride;
    readonly long[] padding;
    readonly long[] dilation;
    readonly long groups;

    /// <param name="inChannels">The size of the input's dimension 1.</param>
    /// <param name="outChannels">The size of the output's dimension 1.</param>
    /// <param name="kernel">The size of the window.</param>
    /// <param name="settings">Everything else; PyTorch's defaults when left out.</param>
    public Conv2d(long inChannels, long outChannels, Size2d kernel, Conv2dSettings? settings = null)
    {
        settings ??= new();
        groups = settings.Groups;
        if (groups < 1 || inChannels % groups != 0 || outChannels % groups != 0)
            throw new ArgumentException($"{inChannels} and {outChannels} channels do not divide into {groups} groups.", nameof(settings));
        (stride, padding, dilation) = (settings.Stride.ToArray(), settings.Padding.ToArray(), settings.Dilation.ToArray());
        Weight = AddParameter("weight", Initialization.KaimingUniform(Tensor.Empty([outChannels, inChannels / groups, kernel.Height, kernel.Width])));
        if (settings.Bias) Bias = AddParameter("bias", Initialization.FanInUniform(Tensor.Empty([outChannels]), Initialization.FanIn(Weight)));
    }

    /// <summary>The windows: [outChannels, inChannels / groups, height, width].</summary>
    public Tensor Weight { get; }

    /// <summary>What is added to each output channel: [outChannels], or null without it.</summary>
    public Tensor? Bias { get; }

    public override Tensor Forward(Tensor input) => Aten.Conv2d.Call(input, Weight, Bias, stride, padding, dilation, groups);
}

/// <summary>What a <see cref="Conv2d"/> has besides its channels and its window.</summary>
public sealed record Conv2dSettings
{
    /// <summary>How far the window moves.</summary>
    public Size2d Stride { get; init; } = 1;

    /// <summary>How many zeros are put on each side.</summary>
    public Size2d Padding { get; init; } = 0;

    /// <summary>How far apart the window's places are.</summary>
    public Size2d Dilation { get; init; } = 1;

    /// <summary>Into how many parts, which do not see each other, the channels are divided.</summary>
    public long Groups { get; init; } = 1;

    /// <summary>Whether a number is learned for each output channel and added.</summary>
    public bool Bias { get; init; } = true;
}
