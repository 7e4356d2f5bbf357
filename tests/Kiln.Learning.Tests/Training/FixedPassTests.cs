using System.Text.Json;
using Kiln.Learning.Models;
using Kiln.Learning.Networks;
using Kiln.Learning.Training;
using Kiln.Torch;

namespace Kiln.Tests.Learning.Training;

/// <summary>Trainings over fixed tensors beside ordinary ones: on the CPU the same steps run that a GPU records.</summary>
[Collection(SerialTraining.Name)]
public sealed class FixedPassTests : IDisposable
{
    // 1001 rows: full batches, and a smaller one at the end of each epoch.
    static readonly TrainingSettings training = new() { Epochs = 3, BatchSize = 64, LearningRate = 0.01, Seed = 7, Device = "cpu", GradientClip = 0.5, Patience = 0 };

    readonly string folder = Directory.CreateTempSubdirectory("kiln-fixed-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData("embeddings, batch norm and dropout")]
    [InlineData("residual")]
    [InlineData("transformer")]
    [InlineData("convolutional")]
    [InlineData("weighted classes")]
    [InlineData("shorter numbers")]
    [InlineData("smoothed labels")]
    [InlineData("one batch")]
    public void Steps_over_fixed_tensors_give_the_same_bits(string what)
    {
        var (settings, rows) = Case(what);
        var (ordinary, steady) = (Fit(settings, rows), Fit(Recorded(settings), rows));
        Bytes(steady).ShouldBe(Bytes(ordinary));
        JsonSerializer.Serialize(steady.Record).ShouldBe(JsonSerializer.Serialize(ordinary.Record));
    }

    [Fact]
    public void A_training_resumed_over_fixed_tensors_ends_with_the_same_bits()
    {
        var (settings, rows) = Case("embeddings, batch norm and dropout");
        var ordinary = Bytes(Fit(settings, rows));
        using var cancellation = new CancellationTokenSource();
        Should.Throw<OperationCanceledException>(() => Fit(Recorded(settings), rows, new() { CheckpointFolder = folder, OnEpoch = _ => cancellation.Cancel(), Cancellation = cancellation.Token }));
        TorchRuntime.Seed(99);
        var brought = 0;
        Bytes(Fit(Recorded(settings), rows, new() { CheckpointFolder = folder, OnResume = epochs => brought = epochs })).ShouldBe(ordinary);
        brought.ShouldBe(1);
    }

    [Fact]
    public void It_leaves_no_tensor_behind()
    {
        using var tracker = TensorTracker.Start();
        var (settings, rows) = Case("embeddings, batch norm and dropout");
        Fit(Recorded(settings with { Training = training with { Epochs = 1, BatchSize = 400 } }), rows).Predictor.Dispose();
        tracker.Live.ShouldBeEmpty();
    }

    [Fact]
    public void Batches_that_accumulate_are_refused()
    {
        var (settings, _) = Case("residual");
        var accumulating = settings with { Training = settings.Training with { AccumulateBatches = 2 } };
        Should.Throw<KilnException>(() => SettingsCheck.Whole("model", new EstimatorSettings { Network = Recorded(accumulating) })).Message.ShouldContain("cudaGraphs is false where accumulateBatches");
    }

    [Fact]
    public void A_models_description_names_graphs_only_where_they_were_asked_for()
    {
        JsonSerializer.Serialize(training, ModelJson.Options).ShouldNotContain("cudaGraphs");
        JsonSerializer.Serialize(training with { CudaGraphs = true }, ModelJson.Options).ShouldContain("\"cudaGraphs\": true");
    }

    static (NetworkSettings Settings, FitRows Rows) Case(string what)
    {
        var feedForward = new NetworkSettings { FeedForward = new() { Hidden = [16, 8], Dropout = 0.1, BatchNorm = true, EmbeddingDimensions = 4 }, Training = training };
        var classes = TrainingData.MakeMixed(1001, 1, LearningTask.MultiClass);
        return what switch
        {
            "residual" => (new() { ResNet = new() { Blocks = 2, Width = 16 }, Training = training }, TrainingData.MakeMixed(1001, 1, LearningTask.Regression)),
            "transformer" => (new() { FtTransformer = new() { Blocks = 2, Dimensions = 16, Heads = 4 }, Training = training with { WeightDecay = 0.1 } }, classes),
            "convolutional" => (new() { Convolutional = new() { Height = 8, Width = 8, Channels = [4], Hidden = 8, Dropout = 0.2 }, Training = training with { Epochs = 2 } }, Images()),
            "weighted classes" => (feedForward with { Training = training with { BalanceClasses = true, Loss = LossKind.Focal } }, classes),
            "shorter numbers" => (feedForward with { Training = training with { Precision = Precision.BFloat16 } }, classes),
            "smoothed labels" => (feedForward with { Training = training with { LabelSmoothing = 0.1 } }, TrainingData.Make(1001, 1)),
            "one batch" => (feedForward with { Training = training with { BatchSize = 1001 } }, classes),
            _ => (feedForward, classes),
        };
    }

    static FitRows Images()
    {
        var random = new Random(4);
        var pixels = new float[300 * 64];
        foreach (ref var pixel in pixels.AsSpan()) pixel = random.NextSingle();
        return new()
        {
            Features = new([.. Enumerable.Range(0, 64).Select(number => new Kiln.Learning.Preparing.Feature { Name = $"P{number}" })], pixels),
            Labels = Enumerable.Range(0, 300).Select(row => pixels[row * 64] > 0.5f ? 1f : 0f).ToArray(),
            Target = TrainingData.Target,
        };
    }

    static NetworkSettings Recorded(NetworkSettings settings) => settings with { Training = settings.Training with { CudaGraphs = true } };

    static FittedPredictor Fit(NetworkSettings settings, FitRows rows, FitOptions? options = null) => new NetworkEstimator(settings).Fit(rows, rows, options ?? new());

    byte[] Bytes(FittedPredictor fitted)
    {
        using var predictor = fitted.Predictor;
        var place = Directory.CreateDirectory(Path.Combine(folder, "saved")).FullName;
        predictor.Save(place);
        return File.ReadAllBytes(Path.Combine(place, "weights.safetensors"));
    }
}
