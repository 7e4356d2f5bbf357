using System.Text.Json;
using Kiln.Learning.Models;
using Kiln.Learning.Networks;
using Kiln.Learning.Training;
using Kiln.Torch;

namespace Kiln.Tests.Learning.Training;

/// <summary>Trainings whose losses are read now and then, as on a GPU, beside those that read each before its step.</summary>
[Collection(SerialTraining.Name)]
public sealed class LateReadingTests : IDisposable
{
    static readonly TrainingSettings training = new()
    {
        Epochs = 3,
        BatchSize = 64,
        LearningRate = 0.01,
        Seed = 7,
        Device = "cpu",
        GradientClip = 0.5,
        Patience = 0,
        CheckpointSeconds = 0,
    };

    static readonly NetworkSettings settings = new() { FeedForward = new() { Hidden = [16, 8], Dropout = 0.1, BatchNorm = true }, Training = training };

    readonly string folder = Directory.CreateTempSubdirectory("kiln-late-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData(5, 1, false)]
    [InlineData(1000, 1, false)]
    [InlineData(3, 3, false)]
    [InlineData(5, 1, true)]
    public void Losses_that_are_read_late_change_no_bit(int steps, int accumulated, bool graphs)
    {
        var chosen = settings with { Training = training with { AccumulateBatches = accumulated, CudaGraphs = graphs } };
        var (each, late) = (Fit(chosen, 1), Fit(chosen, steps));
        JsonSerializer.Serialize(late.Record).ShouldBe(JsonSerializer.Serialize(each.Record));
        Bytes(late).ShouldBe(Bytes(each));
    }

    [Theory]
    [InlineData(3, false)]
    [InlineData(1000, false)]
    [InlineData(3, true)]
    public void A_divergence_that_is_read_late_is_told_as_if_each_step_had_been_looked_at(int steps, bool graphs)
    {
        var chosen = new NetworkSettings { FeedForward = new() { Hidden = [16, 8] }, Training = training with { GradientClip = 0, CudaGraphs = graphs } };
        var told = Should.Throw<KilnException>(() => Fit(chosen, 1, Diverging())).Message;
        told.ShouldContain("diverged");
        told.ShouldMatch("epoch +1\\s");
        told.ShouldMatch("batch +7\\s");
        Should.Throw<KilnException>(() => Fit(chosen, steps, Diverging())).Message.ShouldBe(told);
    }

    [Fact]
    public void Nothing_is_kept_of_steps_that_went_wrong()
    {
        var chosen = new NetworkSettings { FeedForward = new() { Hidden = [16, 8] }, Training = training with { GradientClip = 0 } };
        Should.Throw<KilnException>(() => Fit(chosen, 2, Diverging(), new() { CheckpointFolder = folder }));
        var file = Path.Combine(folder, "network.safetensors");
        File.Exists(file).ShouldBeTrue("some steps were good");
        using var kept = SafeTensors.Read(file);
        foreach (var (name, tensor) in kept.Tensors) tensor.AllFinite().ShouldBeTrue(name);
    }

    [Fact]
    public void A_fault_that_does_not_come_again_costs_the_steps_since_the_last_reading()
    {
        var own = new NetworkSettings { Own = new() { Name = "flickering" }, Training = training };
        var (undisturbed, disturbed) = (new Flicker(0), new Flicker(21));
        var (expected, actual) = (Fit(own, 4, flicker: undisturbed), Fit(own, 4, flicker: disturbed));
        Bytes(actual).ShouldBe(Bytes(expected));
        JsonSerializer.Serialize(actual.Record).ShouldBe(JsonSerializer.Serialize(expected.Record));
        disturbed.Passes.ShouldBeInRange(undisturbed.Passes + 1, undisturbed.Passes + 4);
    }

    [Fact]
    public void A_training_read_late_and_interrupted_ends_with_the_same_bits()
    {
        var straight = Bytes(Fit(settings, 1));
        using var cancellation = new CancellationTokenSource();
        Should.Throw<OperationCanceledException>(() => Fit(settings, 5, null, new() { CheckpointFolder = folder, OnEpoch = _ => cancellation.Cancel(), Cancellation = cancellation.Token }));
        TorchRuntime.Seed(99);
        Bytes(Fit(settings, 5, null, new() { CheckpointFolder = folder })).ShouldBe(straight);
    }

    [Fact]
    public void It_leaves_no_tensor_behind()
    {
        using var tracker = TensorTracker.Start();
        Fit(settings with { Training = training with { Epochs = 1 } }, 4).Predictor.Dispose();
        Should.Throw<KilnException>(() => Fit(settings with { FeedForward = new() { Hidden = [16, 8] }, Training = training with { GradientClip = 0 } }, 4, Diverging()));
        tracker.Live.ShouldBeEmpty();
    }

    // A row in the first epoch's seventh batch whose values are so large that their sums are not.
    static FitRows Diverging()
    {
        var rows = TrainingData.Make(600, 1);
        var huge = rows.Features.Values.ToArray();
        huge.AsSpan(3 * (int)new RowOrder(training.Seed, 0).Of(600)[400], 3).Fill(float.MaxValue);
        return rows with { Features = new(rows.Features.Features, huge) };
    }

    static FittedPredictor Fit(NetworkSettings settings, int steps, FitRows? rows = null, FitOptions? options = null, Flicker? flicker = null) =>
        new NetworkEstimator(settings, flicker is null ? null : shape => new Flickering(shape, flicker)) { StepsPerReading = steps }.Fit(rows ?? TrainingData.Make(1001, 1), TrainingData.Make(100, 2), options ?? new());

    byte[] Bytes(FittedPredictor fitted)
    {
        using var predictor = fitted.Predictor;
        var place = Directory.CreateDirectory(Path.Combine(folder, "saved")).FullName;
        predictor.Save(place);
        return File.ReadAllBytes(Path.Combine(place, "weights.safetensors"));
    }

    /// <summary>Counts training passes, and spoils one of them.</summary>
    sealed class Flicker(int spoilt)
    {
        public int Passes { get; private set; }

        public bool Strikes() => ++Passes == spoilt;
    }

    sealed class Flickering : TableNetwork
    {
        readonly Linear linear;
        readonly Flicker flicker;

        public Flickering(ModelShape shape, Flicker flicker)
            : base(shape.Target)
        {
            this.flicker = flicker;
            linear = AddChild("linear", new Linear(shape.Features.Length, shape.Target.Outputs));
        }

        public override Tensor Forward(NetworkInput input)
        {
            using var scope = new TensorScope();
            var answers = linear.Forward(input.Numbers!);
            return scope.Keep(Answer(IsTraining && flicker.Strikes() ? answers * double.NaN : answers));
        }
    }
}
