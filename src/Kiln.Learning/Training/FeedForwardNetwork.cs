using Kiln.Torch;

namespace Kiln.Learning.Training;

/// <summary>Linear layers with activations between, ending in one logit a row: [n, inputs] → [n].</summary>
public sealed class FeedForwardNetwork : Module<Tensor, Tensor>
{
    readonly Sequential layers;

    public FeedForwardNetwork(NetworkArchitecture architecture)
    {
        Architecture = architecture;
        var modules = new List<Module<Tensor, Tensor>>();
        var width = architecture.Inputs;
        foreach (var hidden in architecture.Hidden)
        {
            modules.Add(new Linear(width, hidden));
            if (architecture.BatchNorm) modules.Add(new BatchNorm1d(hidden));
            modules.Add(Activate(architecture.Activation));
            if (architecture.Dropout > 0) modules.Add(new Dropout(architecture.Dropout));
            width = hidden;
        }
        modules.Add(new Linear(width, 1));
        layers = AddChild("layers", new Sequential([.. modules]));
    }

    /// <summary>What the network is made of.</summary>
    public NetworkArchitecture Architecture { get; }

    public override Tensor Forward(Tensor input)
    {
        using var column = layers.Forward(input);
        return column.Squeeze(1);
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
