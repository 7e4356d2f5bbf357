using Kiln.Learning.Models;
using Kiln.Learning.Networks;
using Kiln.Tests.Learning.Models;

namespace Kiln.Tests.Learning.Training;

[Collection(SerialTraining.Name)]
public sealed class NetworkSizeTests
{
    [Theory]
    [InlineData("layers")]
    [InlineData("no layers")]
    [InlineData("residual")]
    [InlineData("transformer")]
    [InlineData("images")]
    [InlineData("images without a hidden layer")]
    public void Parameters_are_counted_as_the_network_has_them(string what)
    {
        NetworkSettings settings = what switch
        {
            "layers" => new() { FeedForward = new() { Hidden = [7, 5], BatchNorm = true, EmbeddingDimensions = 3 } },
            "no layers" => new() { FeedForward = new() { Hidden = [] } },
            "residual" => new() { ResNet = new() { Blocks = 3, Width = 9, HiddenFactor = 1.7 } },
            "transformer" => new() { FtTransformer = new() { Blocks = 3, Dimensions = 12, Heads = 4 } },
            "images" => new() { Convolutional = new() { Height = 9, Width = 13, Channels = [4, 6], ConvolutionsPerStage = 2, Hidden = 11 } },
            _ => new() { Convolutional = new() { Height = 9, Width = 13, Channels = [4], Hidden = 0 } },
        };
        var shape = settings.Convolutional is null ? Mixed() : new ModelShape { Features = [.. Enumerable.Range(0, 2 * 9 * 13).Select(pixel => new Kiln.Learning.Preparing.Feature { Name = $"{pixel}" })], Target = Target.MultiClass("Y", "a", "b", "c") };
        using var network = Architectures.Make(settings, shape, null);
        NetworkSize.Parameters(settings, new(shape.Features), shape.Target).ShouldBe(network.Parameters.Sum(parameter => parameter.ElementCount));
    }

    [Fact]
    public void A_network_that_memory_cannot_hold_is_refused_before_it_is_made()
    {
        var settings = new EstimatorSettings { Network = new() { FeedForward = new() { Hidden = [1 << 20, 1 << 20, 1 << 20] }, Training = new() { Device = "cpu" } } };
        var message = Should.Throw<KilnException>(() => Model.Fit(settings, Houses.Preparation("network"), Houses.Rows(50, 1))).Message;
        message.ShouldContain("The network is larger than the machine's memory.");
        message.ShouldContain("parameters      2,199,0");
    }

    static ModelShape Mixed()
    {
        var rows = TrainingData.MakeMixed(10, 1, LearningTask.MultiClass);
        return new() { Features = rows.Features.Features, Target = rows.Target };
    }
}
