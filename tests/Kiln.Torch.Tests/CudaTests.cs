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

    [CudaFact]
    public void Memory_in_use_grows_by_what_a_tensor_takes()
    {
        var before = CudaDevices.MemoryInUse(0);
        using (Tensor.Zeros([1 << 20], device: Device.Cuda()))
            (CudaDevices.MemoryInUse(0) - before).ShouldBe(4 << 20);
        CudaDevices.MemoryInUse(0).ShouldBe(before);
        CudaDevices.MemoryReserved(0).ShouldBeGreaterThanOrEqualTo(before);
        CudaDevices.MemoryFree(0).ShouldBeInRange(1, CudaDevices.TotalMemory(0)!.Value);
        CudaDevices.EmptyCache();
    }

    [CudaFact]
    public void Running_out_of_the_gpus_memory_is_told_from_other_errors() =>
        Should.Throw<TorchException>(() => Tensor.Empty([1L << 45], device: Device.Cuda())).IsOutOfMemory.ShouldBeTrue();

    [CudaFact]
    public void A_recorded_graph_computes_again_on_new_inputs()
    {
        using var x = Tensor.Ones([4], device: Device.Cuda());
        using var y = Tensor.Zeros([4], device: Device.Cuda());
        using var graph = CudaGraph.Record(Device.Cuda(), () =>
        {
            using var doubled = x * 2;
            y.CopyFrom(doubled);
        });
        x.Fill(21);
        graph.Replay();
        y.ToArray<float>().ShouldBe([42, 42, 42, 42]);
    }

    [CudaFact]
    public void Every_replay_of_a_graph_draws_random_numbers_anew_and_as_if_it_had_not_been_recorded()
    {
        using var x = Tensor.Ones([64], device: Device.Cuda());
        using var y = Tensor.Zeros([64], device: Device.Cuda());
        using var state = TorchRuntime.GeneratorState(Device.Cuda());
        using var graph = CudaGraph.Record(Device.Cuda(), Draw);
        TorchRuntime.SetGeneratorState(Device.Cuda(), state);
        float[][] replayed = [Replay(), Replay()];
        replayed[1].ShouldNotBe(replayed[0]);
        TorchRuntime.SetGeneratorState(Device.Cuda(), state);
        foreach (var expected in replayed)
        {
            Draw();
            y.ToArray<float>().ShouldBe(expected);
        }

        void Draw()
        {
            using var dropout = new Dropout(0.5);
            using var dropped = dropout.Forward(x);
            y.CopyFrom(dropped);
        }

        float[] Replay()
        {
            graph.Replay();
            return y.ToArray<float>();
        }
    }

    [CudaFact]
    public void The_norm_of_gradients_stays_on_the_gpu()
    {
        using var scope = new TensorScope();
        var x = Tensor.Ones([16], device: Device.Cuda());
        x.RequiresGrad = true;
        (x * 3).Sum().Backward();
        var norm = Gradients.ClipNormUnread([x], 1);
        norm.Device.ShouldBe(Device.Cuda());
        norm.Item().ShouldBe(12, 1e-5);
        x.Grad!.ToArray<float>().ShouldAllBe(value => Math.Abs(value - 0.25f) < 1e-5f);
    }

    [CudaFact]
    public void The_driver_tells_how_busy_the_gpu_is() => CudaDevices.Utilization(0).ShouldNotBeNull().ShouldBeInRange(0, 100);

    [CudaFact]
    public void Autocast_computes_products_in_bfloat16()
    {
        using var x = Tensor.Ones([4, 4], device: Device.Cuda());
        using var autocast = new Autocast(Device.Cuda());
        using var product = x.MatMul(x);
        product.ScalarType.ShouldBe(ScalarType.BFloat16);
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
