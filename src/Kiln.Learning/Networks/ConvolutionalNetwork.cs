using Kiln.Learning.Models;
using Kiln.Torch;

namespace Kiln.Learning.Networks;

/// <summary>Stages of 3 × 3 convolutions, each batch-normalized, with pooling behind; then linear layers. Features are pixels, row by row.</summary>
sealed class ConvolutionalNetwork : TableNetwork
{
    readonly ConvolutionalSettings settings;
    readonly long channels;
    readonly Sequential layers;

    public ConvolutionalNetwork(ConvolutionalSettings settings, NetworkLayout layout, Target target)
        : base(target)
    {
        this.settings = settings;
        var pixels = settings.Height * settings.Width;
        if (layout.Categories > 0 || layout.Numbers == 0 || layout.Numbers % pixels != 0)
            throw NetworkErrors.WrongImage(settings.Height, settings.Width, layout.Numbers + layout.Categories);
        channels = layout.Numbers / pixels;
        var modules = new List<Module<Tensor, Tensor>>();
        var (width, height, before) = (settings.Width, settings.Height, channels);
        foreach (var after in settings.Channels)
        {
            for (var number = 0; number < settings.ConvolutionsPerStage; number++)
            {
                modules.AddRange([new Conv2d(before, after, 3, new() { Padding = 1, Bias = false }), new BatchNorm2d(after), new ReLU()]);
                before = after;
            }
            modules.Add(new MaxPool2d(2));
            (width, height) = (width / 2, height / 2);
        }
        modules.Add(new Flatten());
        before *= width * height;
        if (settings.Hidden > 0)
        {
            modules.AddRange([new Dropout(settings.Dropout), new Linear(before, settings.Hidden), new ReLU()]);
            before = settings.Hidden;
        }
        modules.AddRange([new Dropout(settings.Dropout), new Linear(before, target.Outputs)]);
        layers = AddChild("layers", new Sequential([.. modules]));
    }

    public override Tensor Forward(NetworkInput input)
    {
        using var images = input.Numbers!.Reshape(-1, channels, settings.Height, settings.Width);
        return Answer(layers.Forward(images));
    }
}
