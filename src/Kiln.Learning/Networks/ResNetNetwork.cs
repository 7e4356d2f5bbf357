using System.Collections.Immutable;
using Kiln.Learning.Models;
using Kiln.Torch;

namespace Kiln.Learning.Networks;

/// <summary>The ResNet for tables of Gorishniy et al. 2021, "Revisiting deep learning models for tabular data", section 3.2.</summary>
sealed class ResNetNetwork : TableNetwork
{
    readonly InputColumns columns;
    readonly Linear first;
    readonly ImmutableArray<ResidualBlock> blocks;
    readonly Sequential head;

    public ResNetNetwork(ResNetSettings settings, NetworkLayout layout, Target target)
        : base(target)
    {
        columns = AddChild("columns", new InputColumns(layout, settings.EmbeddingDimensions));
        first = AddChild("first", new Linear(columns.Width, settings.Width));
        blocks = [.. Enumerable.Range(0, settings.Blocks).Select(number => AddChild($"blocks.{number}", new ResidualBlock(settings)))];
        head = AddChild("head", new Sequential(new BatchNorm1d(settings.Width), new ReLU(), new Linear(settings.Width, target.Outputs)));
    }

    public override Embedding? CategoryVectors => columns.Embedding;

    public override Tensor Forward(NetworkInput input)
    {
        using var scope = new TensorScope();
        var rows = first.Forward(columns.Forward(input));
        foreach (var block in blocks) rows = block.Forward(rows);
        return scope.Keep(Answer(head.Forward(rows)));
    }
}

/// <summary>x + Dropout(Linear(Dropout(ReLU(Linear(BatchNorm(x)))))): [n, width] → [n, width].</summary>
sealed class ResidualBlock : Module<Tensor, Tensor>
{
    readonly Sequential layers;

    public ResidualBlock(ResNetSettings settings)
    {
        var hidden = Math.Max(1, (int)(settings.Width * settings.HiddenFactor));
        layers = AddChild("layers", new Sequential(
            new BatchNorm1d(settings.Width),
            new Linear(settings.Width, hidden),
            new ReLU(),
            new Dropout(settings.Dropout),
            new Linear(hidden, settings.Width),
            new Dropout(settings.ResidualDropout)));
    }

    public override Tensor Forward(Tensor input)
    {
        using var change = layers.Forward(input);
        return input + change;
    }
}
