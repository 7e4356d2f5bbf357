using Kiln.Torch;

namespace Kiln.Tests.Torch;

public sealed class GradientTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1e-3)]
    [InlineData(0.7)]
    [InlineData(1e6)]
    public void A_norm_that_is_not_read_is_that_which_is_and_scales_to_the_same_bits(double maximum)
    {
        using var scope = new TensorScope();
        var (read, unread) = (Parameters(), Parameters());
        var expected = maximum > 0 ? Gradients.ClipNorm(read, maximum) : Gradients.Norm(read);
        var norm = Gradients.ClipNormUnread(unread, maximum);
        norm.ScalarType.ShouldBe(ScalarType.Float64);
        norm.Item().ShouldBe(expected);
        foreach (var (one, other) in read.Zip(unread).Take(2)) one.Grad!.SameAs(other.Grad!).ShouldBeTrue();
        read[2].Grad.ShouldBeNull();
    }

    [Fact]
    public void A_gradient_that_is_no_number_makes_a_norm_that_is_none()
    {
        using var scope = new TensorScope();
        var parameters = Parameters();
        parameters[1].Grad!.Fill(double.NaN);
        Gradients.ClipNormUnread(parameters, 1).Item().ShouldBe(double.NaN);
        Gradients.ClipNormUnread([parameters[2]], 1).Item().ShouldBe(0, "no gradient at all");
        Should.Throw<ArgumentOutOfRangeException>(() => Gradients.ClipNormUnread(parameters, -1));
    }

    [Fact]
    public void Gradients_filled_with_zero_stay_where_they_are()
    {
        using var scope = new TensorScope();
        var parameters = Parameters();
        var gradient = parameters[0].Grad!;
        Gradients.FillZero(parameters);
        gradient.ToArray<float>().ShouldAllBe(value => value == 0);
        parameters[2].Grad.ShouldBeNull();
        // A backward pass adds to what is there.
        parameters[0].Sum().Backward();
        gradient.ToArray<float>().ShouldAllBe(value => value == 1);
    }

    // Two parameters with gradients and one without.
    static Tensor[] Parameters()
    {
        TorchRuntime.Seed(5);
        Tensor[] parameters = [Tensor.Randn([7, 3]), Tensor.Randn([11]), Tensor.Randn([2])];
        foreach (var parameter in parameters) parameter.RequiresGrad = true;
        ((parameters[0] * parameters[0] * 0.3).Sum() + parameters[1].Pow(3).Sum()).Backward();
        return parameters;
    }
}
