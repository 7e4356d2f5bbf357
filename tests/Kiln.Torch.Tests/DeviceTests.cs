using System.Runtime.InteropServices;
using Kiln.Torch;

namespace Kiln.Tests.Torch;

public sealed class DeviceTests
{
    [Fact]
    public void The_cpu_is_taken_when_asked_for() => Device.Parse("cpu").ShouldBe(new DeviceChoice(Device.Cpu, "cpu", "asked for"));

    [Fact]
    public void Auto_takes_a_gpu_or_says_why_not()
    {
        var choice = Device.Parse("auto");
        choice.Device.Type.ShouldBe(CudaDevices.Count > 0 ? DeviceType.Cuda : DeviceType.Cpu);
        choice.Reason.ShouldContain(CudaDevices.Count > 0 ? "CUDA devices" : "no");
    }

    [Fact]
    public void Asking_for_a_gpu_that_is_not_there_is_an_error()
    {
        var message = Should.Throw<TorchException>(() => Device.Parse("cuda:99")).Message;
        message.ShouldContain("asked for  cuda:99");
        message.ShouldContain("KILN_LIBTORCH");
    }

    [Theory]
    [InlineData("gpu")]
    [InlineData("cuda:x")]
    [InlineData("cuda:-1")]
    [InlineData("")]
    public void An_unknown_device_is_an_error(string text) =>
        Should.Throw<TorchException>(() => Device.Parse(text)).Message.ShouldContain("auto, cpu, cuda or cuda:<number>");

    [Fact]
    public void The_number_of_threads_can_be_set()
    {
        TorchRuntime.Threads = 2;
        TorchRuntime.Threads.ShouldBe(2);
        TorchRuntime.Threads = 1;
        TorchRuntime.Version.ShouldNotBeEmpty();
    }

    [Fact]
    public void Native_code_sees_the_settings_that_keep_threads_from_fighting()
    {
        TorchRuntime.Version.ShouldNotBeEmpty();
        foreach (var name in new[] { "OPENBLAS_NUM_THREADS", "OMP_WAIT_POLICY" })
            Marshal.PtrToStringUTF8(GetEnvironment(name)).ShouldNotBeNullOrEmpty(name);
    }

    [Fact]
    public void Determinism_tells_cuBLAS_too_and_can_be_asked()
    {
        TorchRuntime.Deterministic = true;
        try
        {
            TorchRuntime.Deterministic.ShouldBeTrue();
            Marshal.PtrToStringUTF8(GetEnvironment("CUBLAS_WORKSPACE_CONFIG")).ShouldBe(":4096:8");
        }
        finally
        {
            TorchRuntime.Deterministic = false;
        }
        TorchRuntime.Deterministic.ShouldBeFalse();
    }

    [Fact]
    public void Shorter_mantissas_on_gpus_can_be_allowed_and_forbidden()
    {
        TorchRuntime.AllowTf32 = true;
        TorchRuntime.AllowTf32.ShouldBeTrue();
        TorchRuntime.AllowTf32 = false;
        TorchRuntime.AllowTf32.ShouldBeFalse();
    }

    [Fact]
    public void Without_a_gpu_its_memory_and_graphs_are_clear_errors()
    {
        Action[] asked =
        [
            () => CudaDevices.MemoryInUse(99),
            () => CudaDevices.MemoryReserved(99),
            () => CudaDevices.MemoryFree(99),
            () => CudaDevices.Synchronize(99),
            () => CudaGraph.Record(Device.Cuda(99), () => { }).Dispose(),
            () => CudaGraph.Record(Device.Cpu, () => { }).Dispose(),
            () => new Autocast(Device.Cuda(99)).Dispose(),
        ];
        foreach (var ask in asked) Should.Throw<TorchException>(ask).Message.ShouldContain("There is no CUDA device to run on");
    }

    [Fact]
    public void A_generator_put_back_draws_the_same_again()
    {
        using var state = TorchRuntime.GeneratorState(Device.Cpu);
        using var first = Tensor.Rand([8]);
        TorchRuntime.SetGeneratorState(Device.Cpu, state);
        using var second = Tensor.Rand([8]);
        second.SameAs(first).ShouldBeTrue();
    }

    [DllImport("libc", EntryPoint = "getenv", CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    static extern IntPtr GetEnvironment(string name);
}
