using Kiln.Torch;

/// <summary>A network that both sides train; networks.py has the same.</summary>
abstract class Network : Module
{
    public static Network Make(string name) => name switch
    {
        "wide" => new Wide(),
        "small" => new Small(),
        "categorical" => new Categorical(),
        _ => throw new ArgumentException($"no network {name}", nameof(name)),
    };

    /// <summary>The names of the inputs: one tensor or two.</summary>
    public virtual string[] Inputs => ["x"];

    public virtual Loss Criterion() => new BCEWithLogitsLoss();

    /// <summary>Takes over the weights that PyTorch starts with.</summary>
    public virtual void Load(IReadOnlyDictionary<string, Tensor> state) => LoadStateDict(state);

    public abstract Tensor Forward(Tensor[] inputs);

    class Plain(params Module<Tensor, Tensor>[] modules) : Network
    {
        readonly Sequential layers = new([.. modules]);

        public override Tensor Forward(Tensor[] inputs) => layers.Forward(inputs[0]);

        public override void Load(IReadOnlyDictionary<string, Tensor> state) => layers.LoadStateDict(state);

        protected override void Dispose(bool disposing)
        {
            if (disposing) layers.Dispose();
            base.Dispose(disposing);
        }

        public override IEnumerable<Tensor> Trained => layers.Parameters;
    }

    public virtual IEnumerable<Tensor> Trained => Parameters;

    sealed class Wide() : Plain(
        new Linear(64, 256), new BatchNorm1d(256), new ReLU(), new Dropout(0.1),
        new Linear(256, 128), new BatchNorm1d(128), new ReLU(), new Dropout(0.1),
        new Linear(128, 10))
    {
        public override Loss Criterion() => new CrossEntropyLoss();
    }

    sealed class Small() : Plain(new Linear(15, 64), new ReLU(), new Linear(64, 64), new ReLU(), new Linear(64, 64), new ReLU(), new Linear(64, 1));

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

        public override void Load(IReadOnlyDictionary<string, Tensor> state)
        {
            using var noGrad = new NoGrad();
            using var table = Tensor.Cat([.. counts.Select((_, column) => state[$"embeddings.{column}.weight"])]);
            embeddings.Weight.CopyFrom(table);
            layers.LoadStateDict(state.Where(pair => pair.Key.StartsWith("layers.", StringComparison.Ordinal)).ToDictionary(pair => pair.Key["layers.".Length..], pair => pair.Value));
        }
    }
}
