using Kiln.Learning.Models;

namespace Kiln.Learning.Networks;

/// <summary>The networks that settings can ask for.</summary>
static class Architectures
{
    /// <summary>A network with starting weights.</summary>
    /// <exception cref="KilnException">Not exactly one architecture is asked for, or a size is out of its range.</exception>
    public static TableNetwork Make(NetworkSettings settings, ModelShape shape, Func<ModelShape, TableNetwork>? own)
    {
        var (layout, target) = (new NetworkLayout(shape.Features), shape.Target);
        (string Name, object? Settings)[] all =
        [
            ("feedForward", settings.FeedForward), ("resNet", settings.ResNet), ("ftTransformer", settings.FtTransformer),
            ("convolutional", settings.Convolutional), ("own", settings.Own), ("script", settings.Script),
        ];
        var given = all.Where(pair => pair.Settings is not null).ToArray();
        if (given is not [var (name, architecture)]) throw NetworkErrors.NotOneArchitecture(given.Select(pair => pair.Name));
        SettingsCheck.All(name, architecture!);
        return architecture switch
        {
            FeedForwardSettings feedForward => new FeedForwardNetwork(feedForward, layout, target),
            ResNetSettings resNet => new ResNetNetwork(resNet, layout, target),
            OwnSettings its => own?.Invoke(shape) ?? throw NetworkErrors.OwnNotGiven(its.Name),
            ScriptSettings script => new ScriptNetwork(script, layout, target),
            FtTransformerSettings transformer => new FtTransformerNetwork(transformer, layout, target),
            _ => new ConvolutionalNetwork((ConvolutionalSettings)architecture!, layout, target),
        };
    }
}
