using Kiln.Torch;

namespace Kiln.Tests.Torch;

public sealed class CudaTests
{
    [CudaFact]
    public void Tensors_go_to_the_gpu_and_back()
    {
        using var there = Tensor.From<float>([1, 2, 3, 4], [2, 2], Device.Cuda());
        there.Device.ShouldBe(Device.Cuda());
        using var product = there.MatMul(there);
        product.ToArray<float>().ShouldBe([7, 10, 15, 22]);
        Should.Throw<TorchException>(() => there.AsSpan<float>());
    }

    [CudaFact]
    public void Training_on_the_gpu_agrees_with_training_on_the_cpu()
    {
        var (here, there) = (Train(Device.Cpu), Train(Device.Cuda()));
        for (var i = 0; i < here.Length; i++) there[i].ShouldBe(here[i], 1e-4);
    }

    [CudaFact]
    public void A_generator_of_the_gpu_put_back_draws_the_same_again()
    {
        using var state = TorchRuntime.GeneratorState(Device.Cuda());
        using var first = Tensor.Rand([8], device: Device.Cuda());
        TorchRuntime.SetGeneratorState(Device.Cuda(), state);
        using var second = Tensor.Rand([8], device: Device.Cuda());
        second.SameAs(first).ShouldBeTrue();
    }

    static float[] Train(Device device)
    {
        TorchRuntime.Seed(3);
        using var scope = new TensorScope();
        using var model = new Sequential(new Linear(4, 16), new BatchNorm1d(16), new ReLU(), new Linear(16, 1));
        var x = Tensor.Randn([64, 4]).To(device);
        var y = x.Sum([1], keep: true);
        model.To(device);
        using var loss = new MSELoss();
        using var optimizer = new AdamW(model.Parameters, 0.01);
        for (var step = 0; step < 20; step++)
        {
            optimizer.ZeroGrad();
            loss.Forward(model.Forward(x), y).Backward();
            Gradients.ClipNorm(model.Parameters, 1);
            optimizer.Step();
        }
        return [.. model.Parameters.SelectMany(parameter => parameter.ToArray<float>())];
    }
}
