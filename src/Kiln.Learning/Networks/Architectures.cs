using System.Diagnostics;
using Kiln.Learning.Models;

namespace Kiln.Learning.Networks;

/// <summary>The networks that settings can ask for.</summary>
static class Architectures
{
    /// <summary>A network with starting weights. The settings were checked.</summary>
    /// <exception cref="KilnException">The features are not such as the architecture takes, or the program does not make its own network.</exception>
    public static TableNetwork Make(NetworkSettings settings, ModelShape shape, Func<ModelShape, TableNetwork>? own)
    {
        var (layout, target) = (new NetworkLayout(shape.Features), shape.Target);
        return settings switch
        {
            { FeedForward: { } feedForward } => new FeedForwardNetwork(feedForward, layout, target),
            { ResNet: { } resNet } => new ResNetNetwork(resNet, layout, target),
            { FtTransformer: { } transformer } => new FtTransformerNetwork(transformer, layout, target),
            { Convolutional: { } convolutional } => new ConvolutionalNetwork(convolutional, layout, target),
            { Own: { } its } => own is null ? throw NetworkErrors.OwnNotGiven(its.Name) : own(shape) ?? throw NetworkErrors.OwnIsNull(its.Name),
            { Script: { } script } => new ScriptNetwork(script, layout, target),
            _ => throw new UnreachableException("Settings that were checked have an architecture."),
        };
    }
}
