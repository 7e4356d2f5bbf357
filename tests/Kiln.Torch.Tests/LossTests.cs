using Kiln.Torch;

namespace Kiln.Tests.Torch;

public sealed class LossTests
{
    static readonly Dictionary<string, Func<Loss>> cases = new()
    {
        ["crossentropy"] = () => new CrossEntropyLoss(),
        ["crossentropy.weighted"] = () => new CrossEntropyLoss(Saved("crossentropy.weighted", "weight"), labelSmoothing: 0.1),
        ["bce"] = () => new BCEWithLogitsLoss(),
        ["bce.weighted"] = () => new BCEWithLogitsLoss(Saved("bce.weighted", "weight"), Saved("bce.weighted", "pos_weight")),
        ["bce.none"] = () => new BCEWithLogitsLoss(reduction: Reduction.None),
        ["mse"] = () => new MSELoss(),
        ["mse.sum"] = () => new MSELoss(Reduction.Sum),
        ["crossentropy.ignore"] = () => new CrossEntropyLoss(ClassWeights(), labelSmoothing: 0.2, ignoreIndex: 2),
        ["l1"] = () => new L1Loss(),
        ["smoothl1"] = () => new SmoothL1Loss(0.7),
        ["huber"] = () => new HuberLoss(0.7),
        ["focal.binary"] = () => new BinaryFocalLoss(),
        ["focal.binary.alpha"] = () => new BinaryFocalLoss(0.5, 0.25),
        ["focal"] = () => new FocalLoss(),
        ["focal.weighted"] = () => new FocalLoss(1.5, ClassWeights()),
        ["bce.rows"] = () => new BCEWithLogitsLoss(),
        ["mse.rows"] = () => new MSELoss(),
        ["l1.rows"] = () => new L1Loss(),
        ["huber.rows"] = () => new HuberLoss(),
        ["focal.rows"] = () => new FocalLoss(2, ClassWeights()),
        ["crossentropy.rows"] = () => new CrossEntropyLoss(ClassWeights(), labelSmoothing: 0.1, ignoreIndex: 2),
    };

    public static TheoryData<string> Names => [.. cases.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Value_and_gradient_agree_with_PyTorch(string name)
    {
        using var scope = new TensorScope();
        using var loss = cases[name]();
        var x = PyTorchValues.Get($"{name}/x").Clone();
        x.RequiresGrad = true;
        var y = Forward(loss, name, x);
        y.Sum().Backward();
        y.ShouldAgreeWith(PyTorchValues.Get($"{name}/y"));
        x.Grad!.ShouldAgreeWith(PyTorchValues.Get($"{name}/x.grad"));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Gradients_agree_with_finite_differences(string name)
    {
        using var loss = cases[name]();
        using var x = PyTorchValues.Get($"{name}/x").Clone();
        x.RequiresGrad = true;
        FiniteDifferences.ShouldAgree([x], () => Forward(loss, name, x).Sum());
    }

    [Fact]
    public void The_positive_weight_counts_positives_that_often()
    {
        using var scope = new TensorScope();
        using var weighted = new BCEWithLogitsLoss(positiveWeight: Tensor.Full([1], 3), reduction: Reduction.Sum);
        using var plain = new BCEWithLogitsLoss(reduction: Reduction.Sum);
        var once = weighted.Forward(Tensor.From<float>(0.3f, -1.2f), Tensor.From<float>(1, 0)).Item();
        var thrice = plain.Forward(Tensor.From<float>(0.3f, 0.3f, 0.3f, -1.2f), Tensor.From<float>(1, 1, 1, 0)).Item();
        once.ShouldBe(thrice, 1e-6);
    }

    public static TheoryData<string> Weighable => [.. cases.Keys.Where(name => !name.Contains('.') || name is "mse.sum" or "bce.none" or "crossentropy.ignore")];

    [Theory]
    [MemberData(nameof(Weighable))]
    public void A_row_of_weight_two_counts_as_two_rows(string name)
    {
        using var scope = new TensorScope();
        using var loss = cases[name]();
        var (x, target) = (PyTorchValues.Get($"{name}/x"), PyTorchValues.Get($"{name}/target"));
        var twice = Tensor.From<long>(0, 0, 1, 3, 3, 4);
        var repeated = loss.Forward(x.IndexSelect(0, twice), target.IndexSelect(0, twice)).Sum().Item();
        loss.Forward(x, target, Tensor.From<double>(2, 1, 0, 2, 1, 0)).Sum().Item().ShouldBe(repeated, 1e-6);
    }

    [Fact]
    public void Rows_that_all_weigh_nothing_have_a_loss_and_a_gradient_of_0()
    {
        using var scope = new TensorScope();
        foreach (Loss loss in new Loss[] { new MSELoss(), new BCEWithLogitsLoss(), new HuberLoss() })
        {
            using (loss)
            {
                var x = Tensor.From<float>(1, -2, 3);
                x.RequiresGrad = true;
                var value = loss.Forward(x, Tensor.From<float>(0, 1, 1), Tensor.Zeros([3]));
                value.Backward();
                value.Item().ShouldBe(0);
                x.Grad!.ToArray<float>().ShouldBe([0, 0, 0]);
            }
        }
    }

    [Fact]
    public void Row_weights_of_another_shape_are_refused()
    {
        using var scope = new TensorScope();
        using var loss = new MSELoss();
        var x = Tensor.Ones([4, 2]);
        Should.Throw<TorchException>(() => loss.Forward(x, x, Tensor.Ones([2]))).Message.ShouldContain("losses   Float32 [4, 2]");
        Should.Throw<TorchException>(() => loss.Forward(x, x, Tensor.Ones([4, 2]))).Message.ShouldContain("weights  Float32 [4, 2]");
    }

    [Fact]
    public void The_focal_loss_has_its_closed_form()
    {
        using var scope = new TensorScope();
        using var binary = new BinaryFocalLoss(2, 0.25);
        using var several = new FocalLoss(2);
        // σ(ln 3) = 3/4: the positive class is nearly right, the negative one wrong.
        var logit = Tensor.Full([1], Math.Log(3), ScalarType.Float64);
        binary.Forward(logit, Tensor.Ones([1], ScalarType.Float64)).Item().ShouldBe(-0.25 / 16 * Math.Log(0.75), 1e-15);
        binary.Forward(logit, Tensor.Zeros([1], ScalarType.Float64)).Item().ShouldBe(-0.75 * 9 / 16 * Math.Log(0.25), 1e-15);
        several.Forward(Tensor.From<double>([Math.Log(3), 0], [1, 2]), Tensor.From<long>(0)).Item().ShouldBe(-1.0 / 16 * Math.Log(0.75), 1e-15);
    }

    [Fact]
    public void The_gradient_of_the_focal_loss_stays_finite_where_predictions_are_certain()
    {
        using var scope = new TensorScope();
        using var binary = new BinaryFocalLoss(0.5);
        using var several = new FocalLoss(0.5);
        var logits = Tensor.From<float>(200, -200, 200, -200);
        logits.RequiresGrad = true;
        binary.Forward(logits, Tensor.From<float>(1, 0, 0, 1)).Backward();
        logits.Grad!.AllFinite().ShouldBeTrue();
        logits.Grad = null;
        several.Forward(logits.Reshape(2, 2), Tensor.From<long>(0, 1)).Backward();
        logits.Grad!.AllFinite().ShouldBeTrue();
    }

    static Tensor Forward(Loss loss, string name, Tensor x)
    {
        var target = PyTorchValues.Get($"{name}/target");
        return PyTorchValues.Has($"{name}/rows") ? loss.Forward(x, target, PyTorchValues.Get($"{name}/rows")) : loss.Forward(x, target);
    }

    static Tensor ClassWeights() => PyTorchValues.Get("weights/classes").Clone();

    static Tensor Saved(string loss, string name) => PyTorchValues.Get($"{loss}/state/{name}").Clone();
}
