using Kiln.Torch;

namespace Kiln.Tests.Torch;

public sealed class ModuleTests
{
    static readonly Dictionary<string, Func<Module<Tensor, Tensor>>> cases = new()
    {
        ["linear"] = () => new Linear(5, 3),
        ["embedding"] = () => new Embedding(7, 4, paddingIndex: 2),
        ["batchnorm"] = () => new BatchNorm1d(5),
        ["batchnorm.eval"] = () => new BatchNorm1d(5),
        ["relu"] = () => new ReLU(),
        ["leakyrelu"] = () => new LeakyReLU(0.2),
        ["gelu"] = () => new GELU(),
        ["silu"] = () => new SiLU(),
        ["sigmoid"] = () => new Sigmoid(),
        ["tanh"] = () => new Tanh(),
        ["softmax"] = () => new Softmax(1),
        ["logsoftmax"] = () => new LogSoftmax(1),
        ["conv"] = () => new Conv2d(4, 6, 3),
        ["conv.settings"] = () => new Conv2d(4, 6, (3, 2), new() { Stride = (2, 1), Padding = (2, 1), Dilation = (2, 3), Groups = 2, Bias = false }),
        ["maxpool"] = () => new MaxPool2d(2),
        ["maxpool.settings"] = () => new MaxPool2d((3, 2), stride: (2, 1), padding: 1, dilation: (1, 2)),
        ["avgpool"] = () => new AvgPool2d((3, 2)),
        ["avgpool.settings"] = () => new AvgPool2d(3, stride: 2, padding: 1),
        ["adaptiveavgpool"] = () => new AdaptiveAvgPool2d((4, 2)),
        ["batchnorm2d"] = () => new BatchNorm2d(4),
        ["batchnorm2d.eval"] = () => new BatchNorm2d(4),
        ["batchnorm.length"] = () => new BatchNorm1d(4),
        ["layernorm"] = () => new LayerNorm(5),
        ["layernorm.shape"] = () => new LayerNorm([9, 7], 1e-3, affine: false),
        ["flatten"] = () => new Flatten(),
        ["identity"] = () => new Identity(),
        ["softplus"] = () => new Softplus(2, 1),
        ["reglu"] = () => new ReGLU(),
        ["images"] = () => new Sequential(
            new Conv2d(4, 3, 3, new() { Padding = 1 }), new BatchNorm2d(3), new ReLU(), new MaxPool2d(2), new AdaptiveAvgPool2d(1), new Flatten(), new Linear(3, 2)),
        ["sequential"] = () => new Sequential(new Linear(5, 8), new BatchNorm1d(8), new ReLU(), new Linear(8, 2)),
    };

    public static TheoryData<string> Names => [.. cases.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Forward_and_backward_agree_with_PyTorch(string name)
    {
        using var scope = new TensorScope();
        using var module = Build(name);
        var x = PyTorchValues.Get($"{name}/x").Clone();
        var differentiable = x.ScalarType == ScalarType.Float64;
        if (differentiable) x.RequiresGrad = true;
        var y = module.Forward(x);
        (y * PyTorchValues.Get($"{name}/weight")).Sum().Backward();

        y.ShouldAgreeWith(PyTorchValues.Get($"{name}/y"));
        if (differentiable) x.Grad!.ShouldAgreeWith(PyTorchValues.Get($"{name}/x.grad"));
        foreach (var (parameter, tensor) in module.NamedParameters()) tensor.Grad!.ShouldAgreeWith(PyTorchValues.Get($"{name}/grad/{parameter}"));
        foreach (var (buffer, tensor) in module.NamedBuffers()) tensor.ShouldAgreeWith(PyTorchValues.Get($"{name}/after/{buffer}"));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Gradients_agree_with_finite_differences(string name)
    {
        using var module = Build(name);
        var x = PyTorchValues.Get($"{name}/x");
        var weight = PyTorchValues.Get($"{name}/weight");
        var variables = module.Parameters.ToList();
        using var input = x.Clone();
        if (x.ScalarType == ScalarType.Float64)
        {
            input.RequiresGrad = true;
            variables.Add(input);
        }
        // The padding vector has no gradient by definition, though the output depends on it.
        var exempt = name == "embedding" ? Enumerable.Range(2 * 4, 4).ToHashSet() : [];
        FiniteDifferences.ShouldAgree(variables, () => (module.Forward(input) * weight).Sum(), exempt);
    }

    [Fact]
    public void The_same_seed_gives_the_bits_that_PyTorch_starts_with()
    {
        TorchRuntime.Threads = 1;
        TorchRuntime.Seed(42);
        using var scope = new TensorScope();
        using var module = new Sequential(new Linear(15, 64), new BatchNorm1d(64), new ReLU(), new Dropout(0.3), new Linear(64, 1, bias: false));
        var expected = PyTorchValues.Under("seeded/state/");
        var actual = module.StateDict();
        actual.Keys.Order().ShouldBe(expected.Keys.Order());
        foreach (var (name, tensor) in actual) tensor.SameAs(expected[name]).ShouldBeTrue(name);

        using var embedding = new Embedding(10, 3, paddingIndex: 4);
        embedding.Weight.SameAs(PyTorchValues.Get("seeded/embedding")).ShouldBeTrue();
        Tensor.RandomPermutation(100).SameAs(PyTorchValues.Get("seeded/permutation")).ShouldBeTrue();
        var x = Tensor.Randn([32, 15]);
        x.SameAs(PyTorchValues.Get("seeded/x")).ShouldBeTrue();
        module.Forward(x).ShouldAgreeWith(PyTorchValues.Get("seeded/y"), 1e-5);
    }

    [Fact]
    public void A_convolution_starts_with_the_bits_of_PyTorch()
    {
        TorchRuntime.Seed(43);
        using var convolution = new Conv2d(4, 6, (3, 5), new() { Groups = 2 });
        convolution.Weight.SameAs(PyTorchValues.Get("seeded/conv.weight")).ShouldBeTrue();
        convolution.Bias!.SameAs(PyTorchValues.Get("seeded/conv.bias")).ShouldBeTrue();
    }

    [Fact]
    public void Categorical_embeddings_are_an_embedding_a_column_side_by_side()
    {
        using var scope = new TensorScope();
        TorchRuntime.Seed(9);
        Embedding[] separate = [new(3, 4), new(7, 4), new(2, 4)];
        TorchRuntime.Seed(9);
        using var together = new CategoricalEmbeddings([3, 7, 2], 4);
        var codes = Tensor.From<long>([0, 6, 1, 2, 0, 0, 2, 6, 1], [3, 3]);
        var direction = Tensor.Randn([3, 12]);
        var expected = Tensor.Cat([.. separate.Select((table, column) => table.Forward(codes[.., column]))], 1);
        var y = together.Forward(codes);
        (expected * direction).Sum().Backward();
        (y * direction).Sum().Backward();
        y.SameAs(expected).ShouldBeTrue();
        together.Weight.Grad!.SameAs(Tensor.Cat([.. separate.Select(table => table.Weight.Grad!)])).ShouldBeTrue();
        foreach (var table in separate) table.Dispose();
    }

    [Theory]
    [InlineData(3, "code 3 in row 1 of column 0, whose codes go from 0 to 2")]
    [InlineData(-1, "code -1 in row 1 of column 0")]
    public void A_code_of_no_category_is_named_and_finds_no_neighbours_vector(long code, string told)
    {
        using var together = new CategoricalEmbeddings([3, 7], 4);
        using var codes = Tensor.From<long>([0, 6, code, 2], [2, 2]);
        using var narrow = Tensor.From<long>([0, 1], [2, 1]);
        Should.Throw<TorchException>(() => together.Forward(codes)).Message.ShouldContain(told);
        Should.Throw<TorchException>(() => together.Forward(narrow)).Message.ShouldContain("[n, 2], but these are Long [2, 1]");
    }

    [Fact]
    public void Layers_refuse_inputs_of_another_shape()
    {
        using var images = Tensor.Ones([2, 4, 3, 3]);
        using var rows = Tensor.Ones([2, 5]);
        using var norm = new BatchNorm1d(4);
        using var norm2d = new BatchNorm2d(5);
        using var gate = new ReGLU();
        Should.Throw<TorchException>(() => norm.Forward(images)).Message.ShouldContain("[n, features] or [n, features, length]");
        Should.Throw<TorchException>(() => norm2d.Forward(rows)).Message.ShouldContain("input  Float32 [2, 5] on cpu");
        Should.Throw<TorchException>(() => gate.Forward(rows)).Message.ShouldContain("Float32 [2, 5]");
        Should.Throw<ArgumentException>(() => new Conv2d(4, 6, 3, new() { Groups = 3 })).Message.ShouldContain("4 and 6 channels");
    }

    [Fact]
    public void What_passes_through_an_identity_may_be_disposed()
    {
        using var x = Tensor.Ones([2]);
        using var identity = new Sequential(new Identity(), new Identity());
        identity.Forward(x).Dispose();
        x.Sum().Dispose();
    }

    [Fact]
    public void Dropout_drops_in_training_only()
    {
        using var dropout = new Dropout(0.5);
        using var x = Tensor.Ones([10_000]);
        using (var y = dropout.Forward(x))
        {
            y.ToArray<float>().Distinct().Order().ShouldBe([0, 2]);
            using var mean = y.Mean();
            mean.Item().ShouldBe(1, 0.05);
        }
        dropout.Eval();
        using var same = dropout.Forward(x);
        same.SameAs(x).ShouldBeTrue();
    }

    [Fact]
    public void Batch_normalization_refuses_to_train_on_one_row()
    {
        using var norm = new BatchNorm1d(4);
        using var row = Tensor.Ones([1, 4]);
        Should.Throw<TorchException>(() => norm.Forward(row)).Message.ShouldContain("Float32 [1, 4]");
        norm.Eval();
        norm.Forward(row).Dispose();
    }

    [Fact]
    public void A_state_that_does_not_fit_names_every_difference_and_changes_nothing()
    {
        using var module = new Sequential(new Linear(3, 2), new ReLU());
        using var other = new Sequential(new Linear(4, 2, bias: false), new Linear(2, 2, bias: false));
        var before = module.Parameters[0].ToArray<float>();
        var error = Should.Throw<TorchException>(() => module.LoadStateDict(other.StateDict()));
        error.Message.ShouldContain("missing  0.bias");
        error.Message.ShouldContain("unknown  1.weight");
        error.Message.ShouldContain("0.weight: Float32 [2, 4] on cpu, expected Float32 [2, 3] on cpu");
        module.Parameters[0].ToArray<float>().ShouldBe(before);
    }

    [Fact]
    public void Converting_a_module_keeps_its_tensors_identity_and_its_counters()
    {
        using var module = new BatchNorm1d(3);
        var weight = module.Weight;
        module.To(ScalarType.Float64);
        weight.ScalarType.ShouldBe(ScalarType.Float64);
        weight.RequiresGrad.ShouldBeTrue();
        module.BatchesTracked.ScalarType.ShouldBe(ScalarType.Int64);
    }

    static Module<Tensor, Tensor> Build(string name)
    {
        var module = cases[name]();
        module.To(ScalarType.Float64);
        module.LoadStateDict(PyTorchValues.Under($"{name}/state/"));
        if (name.EndsWith(".eval", StringComparison.Ordinal)) module.Eval();
        return module;
    }
}
