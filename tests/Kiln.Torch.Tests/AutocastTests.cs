using Kiln.Torch;

namespace Kiln.Tests.Torch;

public sealed class AutocastTests
{
    [Fact]
    public void A_network_under_autocast_agrees_with_PyTorch()
    {
        using var scope = new TensorScope();
        using var model = new Sequential(new Linear(16, 32), new ReLU(), new Linear(32, 4));
        model.LoadStateDict(PyTorchValues.Under("autocast/state/"));
        Tensor y;
        using (new Autocast(Device.Cpu)) y = model.Forward(PyTorchValues.Get("autocast/x"));
        y.ScalarType.ShouldBe(ScalarType.BFloat16);
        y.ShouldAgreeWith(PyTorchValues.Get("autocast/y"), 1e-6);
        y.To(ScalarType.Float32).Pow(2).Mean().Backward();
        foreach (var (name, tensor) in model.NamedParameters())
        {
            tensor.Grad!.ScalarType.ShouldBe(ScalarType.Float32);
            tensor.Grad!.ShouldAgreeWith(PyTorchValues.Get($"autocast/grad/{name}"), 1e-6);
        }
    }

    [Fact]
    public void After_it_everything_is_as_before()
    {
        using var scope = new TensorScope();
        var x = Tensor.Ones([2, 2]);
        using (new Autocast(Device.Cpu))
        {
            using (new Autocast(Device.Cpu)) x.MatMul(x).ScalarType.ShouldBe(ScalarType.BFloat16);
            x.MatMul(x).ScalarType.ShouldBe(ScalarType.BFloat16);
        }
        x.MatMul(x).ScalarType.ShouldBe(ScalarType.Float32);
    }

    [Fact]
    public void A_weight_that_changed_in_between_counts_as_it_is()
    {
        using var scope = new TensorScope();
        using var layer = new Linear(2, 1, bias: false);
        var x = Tensor.Ones([1, 2]);
        foreach (var weight in new[] { 1.0, 3.0 })
        {
            using (new NoGrad()) layer.Weight.Fill(weight);
            using (new Autocast(Device.Cpu)) layer.Forward(x).Item().ShouldBe(2 * weight);
        }
    }

    [Fact]
    public void A_type_that_the_device_does_not_compute_in_is_refused() =>
        Should.Throw<TorchException>(() => new Autocast(Device.Cpu, ScalarType.Float16)).Message.ShouldContain("The CPU takes BFloat16");
}
