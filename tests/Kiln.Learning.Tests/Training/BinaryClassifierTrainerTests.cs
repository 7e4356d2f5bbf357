using System.Text.Json;
using Kiln.Learning.Training;
using Kiln.Torch;

namespace Kiln.Tests.Learning.Training;

[Collection(SerialTraining.Name)]
public sealed class BinaryClassifierTrainerTests : IDisposable
{
    static readonly TrainingSettings settings = new()
    {
        Epochs = 6,
        BatchSize = 64,
        LearningRate = 0.01,
        Hidden = [16, 8],
        Dropout = 0.1,
        BatchNorm = true,
        Seed = 7,
        Device = "cpu",
        GradientClip = 5,
        Scheduler = Schedule.Cosine,
        WarmUpEpochs = 2,
        Patience = 0,
    };

    readonly string folder = Directory.CreateTempSubdirectory("kiln-training-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void It_learns_to_tell_the_classes_apart()
    {
        using var outcome = Fit(settings with { Epochs = 12 });
        outcome.Epochs[^1].RocAuc.ShouldBeGreaterThan(0.97);
        outcome.Epochs[^1].TrainingLoss.ShouldBeLessThan(outcome.Epochs[0].TrainingLoss / 2);
        outcome.Device.Device.ShouldBe(Device.Cpu);
        var test = TrainingData.Make(500, seed: 3);
        var scores = Array.ConvertAll(outcome.Model.Score(test.Features.Span), score => (double)score);
        TrainingData.Metrics.RocAuc(scores, test.Labels.Span).ShouldBeGreaterThan(0.97);
        scores.ShouldAllBe(score => score >= 0 && score <= 1);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void The_same_seed_gives_the_same_bytes_and_another_seed_others(int threads)
    {
        using var first = Fit(settings with { Threads = threads });
        using var second = Fit(settings with { Threads = threads });
        using var other = Fit(settings with { Threads = threads, Seed = 8 });
        Bytes(second).ShouldBe(Bytes(first));
        Bytes(other).ShouldNotBe(Bytes(first));
        JsonSerializer.Serialize(second.Epochs).ShouldBe(JsonSerializer.Serialize(first.Epochs));
        first.Epochs[0].Timing!.RowsPerSecond.ShouldBeGreaterThan(0);
    }

    [Fact]
    public void Trainings_started_at_once_do_not_disturb_each_other()
    {
        using var alone = Fit(settings);
        var outcomes = new TrainingOutcome[3];
        Parallel.For(0, outcomes.Length, i => outcomes[i] = Fit(settings));
        foreach (var outcome in outcomes)
            using (outcome) Bytes(outcome).ShouldBe(Bytes(alone));
    }

    [Fact]
    public void A_training_resumed_from_a_checkpoint_ends_with_the_same_bytes()
    {
        using var straight = Fit(settings);
        var path = Path.Combine(folder, "checkpoint.safetensors");
        using var cancellation = new CancellationTokenSource();
        var interrupted = Trainer(settings, path, epoch =>
        {
            if (epoch.Epoch == 3) cancellation.Cancel();
        });
        Should.Throw<OperationCanceledException>(() => interrupted.Fit(TrainingData.Make(1001, 1), TrainingData.Make(400, 2), cancellation.Token));
        File.Exists(path).ShouldBeTrue();
        TorchRuntime.Seed(99);

        using var resumed = Trainer(settings, path).Fit(TrainingData.Make(1001, 1), TrainingData.Make(400, 2), default);
        resumed.ResumedAfter.ShouldBe(3);
        Bytes(resumed).ShouldBe(Bytes(straight));
        resumed.Epochs.Select(epoch => epoch with { Timing = null }).ShouldBe(straight.Epochs.Select(epoch => epoch with { Timing = null }));

        using var again = Trainer(settings, path).Fit(TrainingData.Make(1001, 1), TrainingData.Make(400, 2), default);
        again.ResumedAfter.ShouldBe(straight.Epochs.Length, "a training that has ended is not run again");
        Bytes(again).ShouldBe(Bytes(straight));
    }

    [Fact]
    public void A_damaged_checkpoint_is_passed_over()
    {
        var path = Path.Combine(folder, "checkpoint.safetensors");
        using var straight = Fit(settings);
        File.WriteAllBytes(path, [1, 2, 3]);
        using var outcome = Trainer(settings, path).Fit(TrainingData.Make(1001, 1), TrainingData.Make(400, 2), default);
        outcome.ResumedAfter.ShouldBe(0);
        Bytes(outcome).ShouldBe(Bytes(straight));
    }

    [Fact]
    public void A_checkpoint_of_other_settings_or_rows_is_not_gone_on_from()
    {
        var path = Path.Combine(folder, "checkpoint.safetensors");
        using var cancellation = new CancellationTokenSource();
        Should.Throw<OperationCanceledException>(() => Trainer(settings, path, _ => cancellation.Cancel())
            .Fit(TrainingData.Make(200, 1), TrainingData.Make(100, 2), cancellation.Token));
        var left = File.ReadAllBytes(path);
        using (var outcome = Trainer(settings with { LearningRate = 0.02 }, path).Fit(TrainingData.Make(200, 1), TrainingData.Make(100, 2), default))
            outcome.ResumedAfter.ShouldBe(0);
        File.WriteAllBytes(path, left);
        using (var outcome = Trainer(settings, path).Fit(TrainingData.Make(200, 4), TrainingData.Make(100, 2), default)) outcome.ResumedAfter.ShouldBe(0);
    }

    [Fact]
    public void Early_stopping_keeps_the_best_epoch()
    {
        // Validation rows with the opposite labels: what is learned makes them worse, so the first epochs are the best.
        var validation = TrainingData.Make(400, 2);
        validation = validation with { Labels = validation.Labels.ToArray().Select(label => !label).ToArray() };
        var trainer = Trainer(settings with { Epochs = 50, Patience = 3, Scheduler = Schedule.Constant, WarmUpEpochs = 0 });
        using var outcome = trainer.Fit(TrainingData.Make(1001, 1), validation, default);
        outcome.StoppedEarly.ShouldBeTrue();
        outcome.Epochs.Length.ShouldBe(outcome.BestEpoch + 3);
        outcome.Epochs[outcome.BestEpoch - 1].ValidationLoss.ShouldBe(outcome.Epochs.Min(epoch => epoch.ValidationLoss));

        var scores = Array.ConvertAll(outcome.Model.Score(validation.Features.Span), score => (double)score);
        TrainingData.Metrics.AveragePrecision(scores, validation.Labels.Span).ShouldBe(outcome.Epochs[outcome.BestEpoch - 1].AveragePrecision, 1e-6);
    }

    [Fact]
    public void Without_validation_rows_all_epochs_are_run()
    {
        using var outcome = new BinaryClassifierTrainer(settings with { Patience = 1 }, TrainingData.Names).Fit(TrainingData.Make(300, 1), null);
        outcome.Epochs.Length.ShouldBe(6);
        outcome.BestEpoch.ShouldBe(6);
        outcome.Epochs[0].ValidationLoss.ShouldBe(double.NaN);
    }

    [Fact]
    public void The_learning_rate_warms_up_and_then_follows_its_schedule()
    {
        using var outcome = Fit(settings);
        var rates = outcome.Epochs.Select(epoch => epoch.LearningRate).ToArray();
        rates[0].ShouldBe(0.001, 1e-12);
        rates[2].ShouldBe(0.01, 1e-12);
        rates[4].ShouldBe(0.005, 1e-12);
    }

    [Fact]
    public void A_diverging_training_stops_and_names_epoch_and_batch()
    {
        var training = TrainingData.Make(300, 1);
        var settings = new TrainingSettings { Epochs = 500, LearningRate = 10, PositiveWeight = 1e6, WeightDecay = 1, Hidden = [4], Device = "cpu" };
        var error = Should.Throw<KilnException>(() => new BinaryClassifierTrainer(settings, TrainingData.Names).Fit(training, null));
        error.Message.ShouldContain("diverged");
        error.Message.ShouldContain("epoch ");
        error.Message.ShouldContain("batch ");
        error.Message.ShouldContain("smaller learningRate");
    }

    [Fact]
    public void Rows_that_cannot_be_trained_on_are_refused_with_the_reason()
    {
        var rows = TrainingData.Make(10, 1);
        Refused(rows with { Labels = new bool[10] }, "all of one class");
        Refused(rows with { Labels = new bool[9] }, "differ in number");
        Refused(rows with { Features = new float[31] }, "not whole rows");
        var broken = rows.Features.ToArray();
        broken[4] = float.NaN;
        Refused(rows with { Features = broken }, "not a finite number");
    }

    [Fact]
    public void Settings_out_of_range_are_refused()
    {
        var rows = TrainingData.Make(50, 1);
        foreach (var bad in new[] { settings with { Epochs = 0 }, settings with { Hidden = [0] }, settings with { Dropout = 1 }, settings with { Device = "gpu" } })
            Should.Throw<KilnException>(() => new BinaryClassifierTrainer(bad, TrainingData.Names).Fit(rows, null)).Message.ShouldContain("out of its range");
    }

    [Fact]
    public void Asking_for_a_gpu_that_is_not_there_is_a_clear_error()
    {
        var trainer = new BinaryClassifierTrainer(settings with { Device = "cuda:99" }, TrainingData.Names);
        Should.Throw<KilnException>(() => trainer.Fit(TrainingData.Make(50, 1), null)).Message.ShouldContain("There is no CUDA device");
    }

    [Fact]
    public void A_training_leaves_no_tensor_behind()
    {
        using var tracker = TensorTracker.Start();
        using (var outcome = Trainer(settings with { Epochs = 2 }, Path.Combine(folder, "c")).Fit(TrainingData.Make(300, 1), TrainingData.Make(100, 2), default))
            outcome.Model.Score(TrainingData.Make(10, 5).Features.Span);
        tracker.Live.ShouldBeEmpty();
    }

    static void Refused(TrainingExamples rows, string reason) =>
        Should.Throw<KilnException>(() => new BinaryClassifierTrainer(settings, TrainingData.Names).Fit(rows, null)).Message.ShouldContain(reason);

    static TrainingOutcome Fit(TrainingSettings settings) => Trainer(settings).Fit(TrainingData.Make(1001, 1), TrainingData.Make(400, 2), default);

    static BinaryClassifierTrainer Trainer(TrainingSettings settings, string? checkpoint = null, Action<EpochRecord>? onEpoch = null) =>
        new(settings, TrainingData.Names) { Metrics = TrainingData.Metrics, CheckpointPath = checkpoint, OnEpoch = onEpoch };

    byte[] Bytes(TrainingOutcome outcome)
    {
        var path = Path.Combine(folder, "model.safetensors");
        new ModelFile(path).Write(outcome.Model, settings);
        return File.ReadAllBytes(path);
    }
}
