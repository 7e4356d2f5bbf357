using Kiln.Learning.Models;
using Kiln.Torch;

namespace Kiln.Learning.Networks;

/// <summary>How many numbers a network learns, known before it is made: one that memory cannot hold would end the process, not the fit.</summary>
static class NetworkSize
{
    // On the CPU the weights, their gradient, Adam's two moments and the best epoch's weights; a GPU says itself when its memory is full, but weights are made before they go there.
    const int CopiesOnCpu = 5;

    /// <exception cref="KilnException">It does not fit into this machine's memory.</exception>
    public static void Check(NetworkSettings settings, NetworkLayout layout, Target target, Device device)
    {
        var parameters = Parameters(settings, layout, target);
        var needed = (double)parameters * sizeof(float) * (device.Type == DeviceType.Cpu ? CopiesOnCpu : 1);
        var available = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        if (needed > available) throw NetworkErrors.TooLarge(parameters, needed, available);
    }

    /// <summary>The parameters of a network of these settings; 0 of one that the program, or a file, makes.</summary>
    public static long Parameters(NetworkSettings settings, NetworkLayout layout, Target target) => settings switch
    {
        { FeedForward: { } feedForward } => OfFeedForward(feedForward, layout, target.Outputs),
        { ResNet: { } resNet } => OfResNet(resNet, layout, target.Outputs),
        { FtTransformer: { } transformer } => OfTransformer(transformer, layout, target.Outputs),
        { Convolutional: { } convolutional } => OfConvolutional(convolutional, layout, target.Outputs),
        _ => 0,
    };

    static long OfFeedForward(FeedForwardSettings settings, NetworkLayout layout, int outputs)
    {
        var sum = layout.CategoryVectors * settings.EmbeddingDimensions;
        var width = WidthOf(layout, settings.EmbeddingDimensions);
        foreach (var hidden in settings.Hidden)
        {
            sum += Linear(width, hidden) + (settings.BatchNorm ? Norm(hidden) : 0);
            width = hidden;
        }
        return sum + Linear(width, outputs);
    }

    static long OfResNet(ResNetSettings settings, NetworkLayout layout, int outputs)
    {
        long width = settings.Width;
        var hidden = Math.Max(1, (int)(settings.Width * settings.HiddenFactor));
        return (layout.CategoryVectors * settings.EmbeddingDimensions) + Linear(WidthOf(layout, settings.EmbeddingDimensions), width)
            + (settings.Blocks * (Norm(width) + Linear(width, hidden) + Linear(hidden, width))) + Norm(width) + Linear(width, outputs);
    }

    static long OfTransformer(FtTransformerSettings settings, NetworkLayout layout, int outputs)
    {
        long dimensions = settings.Dimensions;
        var hidden = Math.Max(1, (int)(settings.Dimensions * settings.FeedForwardFactor));
        var tokens = layout.Numbers + layout.CategoryVectors + layout.Numbers + layout.Categories + 1;
        var attention = Linear(dimensions, dimensions) + Linear(dimensions, 2 * dimensions) + Linear(dimensions, dimensions);
        var block = attention + Norm(dimensions) + Linear(dimensions, 2L * hidden) + Linear(hidden, dimensions);
        return (tokens * dimensions) + (settings.Blocks * block) + ((settings.Blocks - 1) * Norm(dimensions)) + Norm(dimensions) + Linear(dimensions, outputs);
    }

    static long OfConvolutional(ConvolutionalSettings settings, NetworkLayout layout, int outputs)
    {
        var (height, width) = (settings.Height >> settings.Channels.Length, settings.Width >> settings.Channels.Length);
        long before = layout.Numbers / (settings.Height * settings.Width);
        var sum = 0L;
        foreach (var after in settings.Channels)
        {
            for (var number = 0; number < settings.ConvolutionsPerStage; number++)
            {
                sum += (9 * before * after) + Norm(after);
                before = after;
            }
        }
        before *= (long)width * height;
        return sum + (settings.Hidden > 0 ? Linear(before, settings.Hidden) + Linear(settings.Hidden, outputs) : Linear(before, outputs));
    }

    static long WidthOf(NetworkLayout layout, int dimensions) => layout.Numbers + ((long)layout.Categories * dimensions);

    static long Linear(long from, long to) => (from + 1) * to;

    static long Norm(long width) => 2 * width;
}
