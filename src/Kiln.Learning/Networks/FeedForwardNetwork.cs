using Kiln.Learning.Models;
using Kiln.Torch;

namespace Kiln.Learning.Networks;

/// <summary>Linear layers with activations between.</summary>
sealed class FeedForwardNetwork : TableNetwork
{
    readonly InputColumns? columns;
    readonly Sequential layers;

    public FeedForwardNetwork(FeedForwardSettings settings, NetworkLayout layout, Target target)
        : base(target)
    {
        SettingsCheck.Sizes("feedForward.hidden", settings.Hidden);
        if (layout.Categories > 0) columns = AddChild("columns", new InputColumns(layout, settings.EmbeddingDimensions));
        var modules = new List<Module<Tensor, Tensor>>();
        long width = columns?.Width ?? layout.Numbers;
        foreach (var hidden in settings.Hidden)
        {
            modules.Add(new Linear(width, hidden));
            if (settings.BatchNorm) modules.Add(new BatchNorm1d(hidden));
            modules.Add(Activate(settings.Activation));
            if (settings.Dropout > 0) modules.Add(new Dropout(settings.Dropout));
            width = hidden;
        }
        modules.Add(new Linear(width, target.Outputs));
        layers = AddChild("layers", new Sequential([.. modules]));
    }

    public override Embedding? CategoryVectors => columns?.Embedding;

    public override Tensor Forward(NetworkInput input)
    {
        if (columns is null) return Answer(layers.Forward(input.Numbers!));
        using var joined = columns.Forward(input);
        return Answer(layers.Forward(joined));
    }

    static Module<Tensor, Tensor> Activate(Activation activation) => activation switch
    {
        Activation.ReLU => new ReLU(),
        Activation.LeakyReLU => new LeakyReLU(),
        Activation.GELU => new GELU(),
        Activation.SiLU => new SiLU(),
        Activation.Tanh => new Tanh(),
        _ => throw new ArgumentOutOfRangeException(nameof(activation), activation, "not a known activation"),
    };
}
