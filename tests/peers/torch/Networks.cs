using Kiln.Torch;

/// <summary>A network that both sides train; networks.py has the same.</summary>
abstract class Network : Module
{
    /// <summary>The names of the inputs.</summary>
    public virtual string[] Inputs => ["x"];

    public static Network Make(string name) => name switch
    {
        "wide" => new Wide(),
        "small" => new Small(),
        "categorical" => new Categorical(),
        _ => throw new ArgumentException($"no network {name}", nameof(name)),
    };

    public virtual Loss Criterion() => new BCEWithLogitsLoss();

    public abstract Tensor Forward(Tensor[] inputs);

    /// <summary>Takes over the weights that PyTorch starts with, by its names.</summary>
    public abstract void Load(SafeTensorsFile data);
}

class Layers : Network
{
    readonly Sequential layers;

    public Layers(params Module<Tensor, Tensor>[] modules) => layers = AddChild("layers", new Sequential([.. modules]));

    public override Tensor Forward(Tensor[] inputs) => layers.Forward(inputs[0]);

    public override void Load(SafeTensorsFile data) => layers.LoadStateDict(data.Under("model."));
}

sealed class Wide() : Layers(
    new Linear(64, 256), new BatchNorm1d(256), new ReLU(), new Dropout(0.1),
    new Linear(256, 128), new BatchNorm1d(128), new ReLU(), new Dropout(0.1),
    new Linear(128, 10))
{
    public override Loss Criterion() => new CrossEntropyLoss();
}

sealed class Small() : Layers(new Linear(15, 64), new ReLU(), new Linear(64, 64), new ReLU(), new Linear(64, 64), new ReLU(), new Linear(64, 1));

/// <summary>Eight categorical columns beside the numbers.</summary>
sealed class Categorical : Network
{
    static readonly long[] counts = [10, 20, 50, 5, 100, 12, 7, 30];
    readonly CategoricalEmbeddings embeddings;
    readonly Sequential layers;

    public Categorical()
    {
        embeddings = AddChild("embeddings", new CategoricalEmbeddings(counts, 8));
        layers = AddChild("layers", new Sequential(new Linear(15 + 8 * counts.Length, 64), new ReLU(), new Linear(64, 64), new ReLU(), new Linear(64, 1)));
    }

    public override string[] Inputs => ["x", "codes"];

    public override Tensor Forward(Tensor[] inputs) => layers.Forward(Tensor.Cat([inputs[0], embeddings.Forward(inputs[1])], 1));

    public override void Load(SafeTensorsFile data)
    {
        using var noGrad = new NoGrad();
        using var table = Tensor.Cat([.. counts.Select((_, column) => data.Tensors[$"model.embeddings.{column}.weight"])]);
        embeddings.Weight.CopyFrom(table);
        layers.LoadStateDict(data.Under("model.layers."));
    }
}
