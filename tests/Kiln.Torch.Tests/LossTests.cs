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
        var y = loss.Forward(x, PyTorchValues.Get($"{name}/target"));
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
        FiniteDifferences.ShouldAgree([x], () => loss.Forward(x, PyTorchValues.Get($"{name}/target")).Sum());
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

    static Tensor Saved(string loss, string name) => PyTorchValues.Get($"{loss}/state/{name}").Clone();
}
