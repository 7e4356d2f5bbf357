namespace Kiln.Torch;

/// <summary>The greatest element of each window: [n, channels, height, width] → [n, channels, height', width'].</summary>
/// <param name="kernel">The window.</param>
/// <param name="stride">How far it moves; the window's own size when left out.</param>
/// <param name="padding">How many places, which never win, are put on each side; at most half the window.</param>
/// <param name="dilation">How far apart the window's places are.</param>
public sealed class MaxPool2d(Size2d kernel, Size2d? stride = null, Size2d padding = default, Size2d? dilation = null) : Module<Tensor, Tensor>
{
    readonly long[] kernel = kernel.ToArray();
    readonly long[] stride = (stride ?? kernel).ToArray();
    readonly long[] padding = padding.ToArray();
    readonly long[] dilation = (dilation ?? 1).ToArray();

    public override Tensor Forward(Tensor input) => Aten.MaxPool2d.Call(input, kernel, stride, padding, dilation);
}

/// <summary>The mean of each window: [n, channels, height, width] → [n, channels, height', width'].</summary>
/// <param name="kernel">The window.</param>
/// <param name="stride">How far it moves; the window's own size when left out.</param>
/// <param name="padding">How many zeros, which count in the mean, are put on each side; at most half the window.</param>
public sealed class AvgPool2d(Size2d kernel, Size2d? stride = null, Size2d padding = default) : Module<Tensor, Tensor>
{
    readonly long[] kernel = kernel.ToArray();
    readonly long[] stride = (stride ?? kernel).ToArray();
    readonly long[] padding = padding.ToArray();

    public override Tensor Forward(Tensor input) => Aten.AvgPool2d.Call(input, kernel, stride, padding);
}

/// <summary>Means of as many windows as the output has places: [n, channels, height, width] → [n, channels, output].</summary>
/// <param name="output">The height and width that come out, whatever goes in.</param>
public sealed class AdaptiveAvgPool2d(Size2d output) : Module<Tensor, Tensor>
{
    readonly long[] output = output.ToArray();

    public override Tensor Forward(Tensor input) => Aten.AdaptiveAvgPool2d.Call(input, output);
}
