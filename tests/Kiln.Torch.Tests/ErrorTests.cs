using Kiln.Torch;

namespace Kiln.Tests.Torch;

public sealed class ErrorTests
{
    [Fact]
    public void A_shape_error_names_the_operator_and_every_shape()
    {
        using var layer = new Linear(5, 3);
        using var x = Tensor.Ones([4, 7]);
        var message = Should.Throw<TorchException>(() => layer.Forward(x)).Message;
        message.ShouldContain("mat1 and mat2 shapes cannot be multiplied");
        message.ShouldContain("operator  aten::linear");
        message.ShouldContain("input  Float [4, 7] on cpu");
        message.ShouldContain("weight  Float [3, 5] on cpu");
        message.ShouldNotContain("frame #");
        message.Split('\n').Length.ShouldBeLessThan(8);
    }

    [Fact]
    public void Too_many_too_few_and_wrong_arguments_are_errors_and_leak_nothing()
    {
        var linear = new Operator("aten::linear");
        using var x = Tensor.Ones([1, 1]);
        Should.Throw<TorchException>(() => linear.Call(x)).Message.ShouldContain("argument weight is missing");
        Should.Throw<TorchException>(() => linear.Call(x, x, x, x)).Message.ShouldContain("too many arguments");
        Should.Throw<TorchException>(() => linear.Call(1, 2)).Message.ShouldContain("aten::linear");
        Should.Throw<TorchException>(() => new Operator("aten::nonsense").Call(x)).Message.ShouldContain("no operator aten::nonsense");
        Should.Throw<TorchException>(() => new Operator("aten::topk").Call(x, 1)).Message.ShouldContain("Tensor, Tensor");
        x.Sum().Dispose();
    }

    [Fact]
    public void A_backward_pass_without_a_recording_is_an_error()
    {
        using var x = Tensor.Ones([1]);
        Should.Throw<TorchException>(() => x.Backward()).Message.ShouldContain("does not require grad");
    }

    [Fact]
    public void A_failure_on_one_thread_leaves_other_threads_alone()
    {
        Parallel.For(0, 200, i =>
        {
            using var a = Tensor.Ones([2, 3 + i % 5]);
            using var b = Tensor.Ones([1, 1 + i % 7]);
            if (i % 2 == 0) Should.Throw<TorchException>(() => a.MatMul(b)).Message.ShouldContain($"[2, {3 + i % 5}]");
            else using (var sum = a.Sum()) sum.Item().ShouldBe(2 * (3 + i % 5));
        });
    }

    [Fact]
    public void Wrong_element_types_and_unreadable_memory_say_what_to_do()
    {
        using var x = Tensor.Ones([2, 3]);
        using var turned = x.Transpose(0, 1);
        Should.Throw<TorchException>(() => x.AsSpan<double>()).Message.ShouldContain("Float32 [2, 3]");
        Should.Throw<TorchException>(() => turned.AsSpan<float>()).Message.ShouldContain("contiguous CPU tensor");
        Should.Throw<TorchException>(() => Tensor.From<float>([1, 2, 3], [2, 2])).Message.ShouldContain("[2, 2]");
    }

    [Fact]
    public void Running_out_of_memory_is_told_from_other_errors()
    {
        var error = Should.Throw<TorchException>(() => Tensor.Empty([1L << 48]));
        error.IsOutOfMemory.ShouldBeTrue();
        error.Message.ShouldContain("1125899906842624 bytes");
        error.Message.ShouldContain("Take a smaller batch");
        using var x = Tensor.Ones([2, 3]);
        Should.Throw<TorchException>(() => x.MatMul(x)).IsOutOfMemory.ShouldBeFalse();
        Should.Throw<TorchException>(() => new Operator("aten::nonsense").Call(x)).IsOutOfMemory.ShouldBeFalse();
    }

    [Fact]
    public void A_missing_shim_names_where_it_was_looked_for_and_build_sh()
    {
        var message = Errors.LibraryMissing([".kiln/tools/torch/libkiln_torch.so in /somewhere"]).Message;
        message.ShouldContain("libkiln_torch.so in /somewhere");
        message.ShouldContain("./build.sh");
    }
}
