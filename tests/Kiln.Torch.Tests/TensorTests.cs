using Kiln.Torch;

namespace Kiln.Tests.Torch;

public sealed class TensorTests
{
    [Fact]
    public void Values_go_in_and_come_out_in_row_major_order()
    {
        using var tensor = Tensor.From<float>([1, 2, 3, 4, 5, 6], [2, 3]);
        using var turned = tensor.Transpose(0, 1);
        tensor.Shape.ShouldBe([2, 3]);
        turned.IsContiguous.ShouldBeFalse();
        turned.ToArray<float>().ShouldBe([1, 4, 2, 5, 3, 6]);
    }

    [Fact]
    public void Indices_ranges_and_rows_pick_parts()
    {
        using var scope = new TensorScope();
        var tensor = Tensor.Arange(0, 12).Reshape(3, 4);
        tensor[1].ToArray<float>().ShouldBe([4, 5, 6, 7]);
        tensor[-1, ^1].Item().ShouldBe(11);
        tensor[.., 1..3].ToArray<float>().ShouldBe([1, 2, 5, 6, 9, 10]);
        tensor[Tensor.From<long>(2, 0), 0].ToArray<float>().ShouldBe([8, 0]);
    }

    [Fact]
    public void Writing_to_the_span_writes_to_the_tensor()
    {
        using var tensor = Tensor.Zeros([3], ScalarType.Float64);
        tensor.AsSpan<double>()[1] = 7;
        tensor.ToArray<double>().ShouldBe([0, 7, 0]);
    }

    [Fact]
    public void Arithmetic_follows_broadcasting()
    {
        using var scope = new TensorScope();
        var column = Tensor.From<double>([1, 2], [2, 1]);
        var row = Tensor.From<double>(10, 20, 30);
        (column * row).ToArray<double>().ShouldBe([10, 20, 30, 20, 40, 60]);
        (2 * row - 5 + 1 / 4.0).ToArray<double>().ShouldBe([15.25, 35.25, 55.25]);
        (row / column).Sum().Item().ShouldBe(90);
        (-row).Abs().Max().Item().ShouldBe(30);
        row.Mean([0]).Item().ShouldBe(20);
        column.MatMul(row.Reshape(1, 3)).Sum([1]).ToArray<double>().ShouldBe([60, 120]);
        var (variance, mean) = row.VarianceMean([0]);
        (variance.Item(), mean.Item()).ShouldBe((100, 20));
    }

    [Fact]
    public void Attention_of_tensors_alone_agrees_with_PyTorch()
    {
        using var scope = new TensorScope();
        string[] names = ["q", "k", "v"];
        Tensor[] inputs = [.. names.Select(name => PyTorchValues.Get($"attention/{name}").Clone())];
        foreach (var input in inputs) input.RequiresGrad = true;
        Tensor[] heads = [.. inputs.Select(input => input.Reshape(2, 5, 2, 3).Permute(0, 2, 1, 3))];
        var scores = heads[0].MatMul(heads[1].Transpose(-2, -1)) / Math.Sqrt(3);
        var y = scores.Softmax(-1).MatMul(heads[2]).Transpose(1, 2).Reshape(2, 5, 6);
        (y * PyTorchValues.Get("attention/direction")).Sum().Backward();
        y.ShouldAgreeWith(PyTorchValues.Get("attention/y"));
        for (var i = 0; i < 3; i++) inputs[i].Grad!.ShouldAgreeWith(PyTorchValues.Get($"attention/{names[i]}.grad"));
    }

    [Fact]
    public void Tensors_are_cut_spread_and_picked_from()
    {
        using var scope = new TensorScope();
        var tensor = Tensor.Arange(0, 10).Reshape(2, 5);
        tensor.Chunk(2, 1).Select(part => part.Size(1)).ShouldBe([3, 2]);
        tensor.Split(2, 1).Select(part => part.Size(1)).ShouldBe([2, 2, 1]);
        tensor.Split([1, 4], -1)[1].ToArray<float>().ShouldBe([1, 2, 3, 4, 6, 7, 8, 9]);
        tensor.Unsqueeze(1).Expand(-1, 3, -1).Shape.ShouldBe([2, 3, 5]);
        tensor.Flatten().Shape.ShouldBe([10]);
        tensor.Gather(1, Tensor.From<long>([4, 0], [2, 1])).ToArray<float>().ShouldBe([4, 5]);
        tensor.MaskedFill(tensor.GreaterThan(1), -1).Sum().Item().ShouldBe(1 - 8);
        tensor.Where(tensor.LessThan(9), tensor * 10).Max().Item().ShouldBe(90);
        tensor.Reshape(2, 1, 5).BatchedMatMul(tensor.Reshape(2, 5, 1)).ToArray<float>().ShouldBe([30, 255]);
    }

    [Fact]
    public void More_than_eight_dimensions_are_no_special_case()
    {
        long[] shape = [1, 2, 1, 2, 1, 2, 1, 2, 1, 2];
        using var tensor = Tensor.Ones(shape);
        tensor.Shape.ShouldBe(shape);
        tensor.Sum().Item().ShouldBe(32);
    }

    [Fact]
    public void An_empty_tensor_has_an_empty_span()
    {
        using var tensor = Tensor.Empty([0, 3]);
        tensor.AsSpan<float>().Length.ShouldBe(0);
        tensor.ToArray<float>().ShouldBeEmpty();
    }

    [Fact]
    public void Backward_fills_the_gradients_of_leaves()
    {
        using var scope = new TensorScope();
        var x = Tensor.From<double>(3, -2);
        x.RequiresGrad = true;
        (x.Pow(2) * 5).Sum().Backward();
        x.Grad!.ToArray<double>().ShouldBe([30, -20]);
        x.IsLeaf.ShouldBeTrue();
        x.Grad = null;
        x.Grad.ShouldBeNull();
    }

    [Fact]
    public void Nothing_is_recorded_under_no_grad()
    {
        using var scope = new TensorScope();
        var x = Tensor.Ones([2]);
        x.RequiresGrad = true;
        using (new NoGrad())
        {
            NoGrad.IsRecording.ShouldBeFalse();
            (x * 2).RequiresGrad.ShouldBeFalse();
        }
        NoGrad.IsRecording.ShouldBeTrue();
        (x * 2).RequiresGrad.ShouldBeTrue();
    }

    [Fact]
    public void An_operator_can_be_called_by_its_name()
    {
        using var scope = new TensorScope();
        var values = new Operator("aten::topk").CallMany(Tensor.From<float>(3, 9, 4), 2);
        values[0].ToArray<float>().ShouldBe([9, 4]);
        values[1].ToArray<long>().ShouldBe([1, 2]);
        var parts = new Operator("aten::split", "Tensor").CallMany(Tensor.Arange(0, 40), 2);
        parts.Length.ShouldBe(20);
        var picked = new Operator("aten::index", "Tensor").Call(values[0], new Tensor?[] { Tensor.From<long>(1) });
        picked.Item().ShouldBe(4);
        new Operator("aten::no_such_operator").Exists.ShouldBeFalse();
    }
}
