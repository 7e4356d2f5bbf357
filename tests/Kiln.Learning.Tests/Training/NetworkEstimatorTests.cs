using System.Text.Json;
using Kiln.Learning.Evaluating;
using Kiln.Learning.Models;
using Kiln.Learning.Networks;
using Kiln.Learning.Preparing;
using Kiln.Learning.Training;
using Kiln.Torch;

namespace Kiln.Tests.Learning.Training;

[Collection(SerialTraining.Name)]
public sealed class NetworkEstimatorTests : IDisposable
{
    static readonly TrainingSettings training = new()
    {
        Epochs = 6,
        BatchSize = 64,
        LearningRate = 0.01,
        Seed = 7,
        Device = "cpu",
        GradientClip = 5,
        Scheduler = Schedule.Cosine,
        WarmUpEpochs = 2,
        Patience = 0,
    };

    static readonly NetworkSettings settings = new() { FeedForward = new() { Hidden = [16, 8], Dropout = 0.1, BatchNorm = true }, Training = training };

    readonly string folder = Directory.CreateTempSubdirectory("kiln-training-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void It_learns_to_tell_the_classes_apart()
    {
        var fitted = Fit(With(training with { Epochs = 12 }));
        using var predictor = fitted.Predictor;
        fitted.Record.Epochs[^1].Validation["AUC ROC"].ShouldBeGreaterThan(0.97);
        fitted.Record.Epochs[^1].TrainingLoss.ShouldBeLessThan(fitted.Record.Epochs[0].TrainingLoss / 2);
        fitted.Record.Device.ShouldBe("cpu (asked for)");
        var test = TrainingData.Make(500, seed: 3);
        predictor.Measure(Measure.RocAuc, test).ShouldBeGreaterThan(0.97);
        predictor.Answers(test).ShouldAllBe(score => score >= 0 && score <= 1);
    }

    [Theory]
    [InlineData("feedForward", LearningTask.MultiClass)]
    [InlineData("feedForward", LearningTask.Regression)]
    [InlineData("resNet", LearningTask.MultiClass)]
    [InlineData("resNet", LearningTask.Regression)]
    [InlineData("ftTransformer", LearningTask.MultiClass)]
    [InlineData("ftTransformer", LearningTask.Regression)]
    public void Every_architecture_learns_categories_and_numbers(string name, LearningTask task)
    {
        var network = name switch
        {
            "feedForward" => new NetworkSettings { FeedForward = new() { Hidden = [32], Dropout = 0, EmbeddingDimensions = 4 } },
            "resNet" => new NetworkSettings { ResNet = new() { Blocks = 2, Width = 16, Dropout = 0 } },
            _ => new NetworkSettings { FtTransformer = new() { Blocks = 2, Dimensions = 16, Heads = 4, AttentionDropout = 0, FeedForwardDropout = 0 } },
        };
        var fitted = new NetworkEstimator(network with { Training = training with { Epochs = 15, WeightDecay = 1e-4 } })
            .Fit(TrainingData.MakeMixed(1500, 1, task), TrainingData.MakeMixed(300, 2, task), new());
        using var predictor = fitted.Predictor;
        var test = TrainingData.MakeMixed(500, 3, task);
        if (task == LearningTask.Regression) predictor.Measure(Measure.Rmse, test).ShouldBeLessThan(3);
        else predictor.Measure(Measure.Accuracy, test).ShouldBeGreaterThan(0.97);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void The_same_seed_gives_the_same_bytes_and_another_seed_others(int threads)
    {
        var chosen = With(training with { Threads = threads });
        var (first, second, other) = (Fit(chosen), Fit(chosen), Fit(With(training with { Threads = threads, Seed = 8 })));
        Bytes(second).ShouldBe(Bytes(first));
        Bytes(other).ShouldNotBe(Bytes(first));
        JsonSerializer.Serialize(second.Record.Epochs).ShouldBe(JsonSerializer.Serialize(first.Record.Epochs));
        first.Record.Epochs[0].Resources!.RowsPerSecond.ShouldBeGreaterThan(0);
    }

    [Fact]
    public void Trainings_started_at_once_do_not_disturb_each_other()
    {
        var alone = Bytes(Fit(settings));
        var outcomes = new FittedPredictor[3];
        Parallel.For(0, outcomes.Length, i => outcomes[i] = Fit(settings));
        foreach (var outcome in outcomes) Bytes(outcome).ShouldBe(alone);
    }

    [Fact]
    public void A_training_interrupted_at_any_moment_and_resumed_ends_with_the_same_bytes()
    {
        var chosen = With(training with { CheckpointSeconds = 0, AccumulateBatches = 3 });
        var straight = Fit(chosen);
        var resumptions = 0;
        FittedPredictor? outcome = null;
        var random = new Random(1);
        while (outcome is null)
        {
            using var cancellation = new CancellationTokenSource();
            // Cut off after some steps: the file a step writes is as good a clock as any, and the same on every machine.
            var steps = random.Next(1, 12);
            using var watcher = Watch(cancellation, steps);
            try
            {
                outcome = new NetworkEstimator(chosen).Fit(TrainingData.Make(1001, 1), TrainingData.Make(400, 2), new() { CheckpointFolder = folder, Cancellation = cancellation.Token });
            }
            catch (OperationCanceledException)
            {
                TorchRuntime.Seed(99);
                resumptions++;
            }
        }
        resumptions.ShouldBeGreaterThan(0);
        JsonSerializer.Serialize(outcome.Record).ShouldBe(JsonSerializer.Serialize(straight.Record));
        Bytes(outcome).ShouldBe(Bytes(straight));

        var brought = 0;
        var again = new NetworkEstimator(chosen).Fit(TrainingData.Make(1001, 1), TrainingData.Make(400, 2), new() { CheckpointFolder = folder, OnResume = epochs => brought = epochs });
        brought.ShouldBe(6, "a training that has ended is not run again");
        Bytes(again).ShouldBe(Bytes(straight));
    }

    [Fact]
    public void A_damaged_checkpoint_is_passed_over()
    {
        var straight = Bytes(Fit(settings));
        File.WriteAllBytes(Path.Combine(folder, "network.safetensors"), [1, 2, 3]);
        Bytes(Resumed(settings, TrainingData.Make(1001, 1), out var brought)).ShouldBe(straight);
        brought.ShouldBe(0);
    }

    [Fact]
    public void A_checkpoint_with_one_bit_changed_is_passed_over()
    {
        var straight = Bytes(Fit(settings));
        using var cancellation = new CancellationTokenSource();
        Should.Throw<OperationCanceledException>(() => new NetworkEstimator(settings).Fit(TrainingData.Make(1001, 1), TrainingData.Make(400, 2), new()
        {
            CheckpointFolder = folder,
            Cancellation = cancellation.Token,
            OnEpoch = epoch => cancellation.Cancel(),
        }));
        var file = Path.Combine(folder, "network.safetensors");
        var bytes = File.ReadAllBytes(file);
        foreach (var place in new[] { bytes.Length - 5, 40, bytes.Length / 2 })
        {
            var damaged = (byte[])bytes.Clone();
            damaged[place] ^= 4;
            File.WriteAllBytes(file, damaged);
            Bytes(Resumed(settings, TrainingData.Make(1001, 1), out var brought)).ShouldBe(straight);
            brought.ShouldBe(0);
        }
    }

    [Fact]
    public void A_checkpoint_of_other_settings_or_rows_is_not_gone_on_from()
    {
        Resumed(settings, TrainingData.Make(300, 1), out _).Predictor.Dispose();
        var left = File.ReadAllBytes(Path.Combine(folder, "network.safetensors"));
        Resumed(With(training with { LearningRate = 0.02 }), TrainingData.Make(300, 1), out var brought).Predictor.Dispose();
        brought.ShouldBe(0);
        File.WriteAllBytes(Path.Combine(folder, "network.safetensors"), left);
        Resumed(settings, TrainingData.Make(300, 4), out brought).Predictor.Dispose();
        brought.ShouldBe(0);
    }

    [Fact]
    public void Early_stopping_keeps_the_best_epoch()
    {
        // Validation rows with the opposite labels: what is learned makes them worse, so the first epochs are the best.
        var validation = TrainingData.Make(400, 2);
        validation = validation with { Labels = Array.ConvertAll(validation.Labels.ToArray(), label => 1 - label) };
        var chosen = With(training with { Epochs = 50, Patience = 3, Scheduler = Schedule.Constant, WarmUpEpochs = 0, Monitor = Measure.AveragePrecision });
        var (predictor, record) = new NetworkEstimator(chosen).Fit(TrainingData.Make(1001, 1), validation, new());
        using (predictor)
        {
            record.StoppedEarly.ShouldBeTrue();
            record.Epochs.Length.ShouldBe(record.BestEpoch + 3);
            var best = record.Epochs[record.BestEpoch - 1].Validation["average precision"];
            best.ShouldBe(record.Epochs.Max(epoch => epoch.Validation["average precision"]));
            predictor.Measure(Measure.AveragePrecision, validation).ShouldBe(best, 1e-12);
        }
    }

    [Fact]
    public void Without_validation_rows_all_epochs_are_run()
    {
        var (predictor, record) = new NetworkEstimator(settings).Fit(TrainingData.Make(300, 1), null, new());
        predictor.Dispose();
        record.Epochs.Length.ShouldBe(6);
        record.BestEpoch.ShouldBe(6);
        record.Epochs[0].ValidationLoss.ShouldBe(double.NaN);
    }

    [Fact]
    public void The_learning_rate_warms_up_step_by_step_and_then_follows_its_schedule()
    {
        var rates = Fit(settings).Record.Epochs.Select(epoch => epoch.LearningRate).ToArray();
        // 16 batches an epoch: the last step of the warm-up is number 31 of 32, counted from 0; half of the cosine is done after 32 more.
        rates[1].ShouldBe(0.01 * 32 / 33, 1e-12);
        rates[3].ShouldBe(0.005, 3e-4);
        rates[5].ShouldBe(0, 1e-4);
    }

    [Fact]
    public void Accumulated_batches_make_the_step_of_one_large_batch()
    {
        var plain = With(training with { Epochs = 2, BatchSize = 200, WarmUpEpochs = 0 }) with { FeedForward = new() { Hidden = [8], Dropout = 0 } };
        var parts = plain with { Training = plain.Training with { BatchSize = 50, AccumulateBatches = 4 } };
        var (whole, sum) = (Fit(plain, 1000), Fit(parts, 1000));
        var rows = TrainingData.Make(100, 9);
        var (expected, actual) = (whole.Predictor.Answers(rows), sum.Predictor.Answers(rows));
        for (var row = 0; row < expected.Length; row++) actual[row].ShouldBe(expected[row], 1e-4);
    }

    [Fact]
    public void Weighted_rows_count_as_if_they_stood_there_more_often()
    {
        var rows = TrainingData.Make(300, 1);
        var weights = Enumerable.Range(0, 300).Select(row => row % 3 == 0 ? 2f : 1f).ToArray();
        var repeated = Enumerable.Range(0, 300).SelectMany(row => Enumerable.Repeat(row, (int)weights[row])).ToArray();
        var whole = With(training with { Epochs = 30, BatchSize = 1000, Scheduler = Schedule.Constant, WarmUpEpochs = 0 }) with { FeedForward = new() { Hidden = [], Dropout = 0 } };
        var weighted = new NetworkEstimator(whole).Fit(rows with { Weights = weights }, null, new());
        var stretched = new NetworkEstimator(whole).Fit(new()
        {
            Features = new(rows.Features.Features, repeated.SelectMany(row => rows.Features.Row(row).ToArray()).ToArray()),
            Labels = repeated.Select(row => rows.Labels.Span[row]).ToArray(),
            Target = rows.Target,
        }, null, new());
        var (expected, actual) = (stretched.Predictor.Answers(rows), weighted.Predictor.Answers(rows));
        for (var row = 0; row < expected.Length; row++) actual[row].ShouldBe(expected[row], 1e-5);
    }

    [Fact]
    public void Balanced_classes_and_the_focal_loss_are_learned_by()
    {
        foreach (var chosen in new[] { training with { BalanceClasses = true, Epochs = 12 }, training with { Loss = LossKind.Focal, Epochs = 12 }, training with { ClassWeights = [1, 5], Epochs = 12 } })
        {
            using var predictor = Fit(With(chosen)).Predictor;
            predictor.Measure(Measure.RocAuc, TrainingData.Make(500, 3)).ShouldBeGreaterThan(0.97);
        }
    }

    [Fact]
    public void A_diverging_training_stops_and_names_epoch_batch_and_layer()
    {
        var rows = TrainingData.Make(300, 1);
        var huge = rows.Features.Values.ToArray();
        huge[3 * 250] = 3e38f;
        var error = Should.Throw<KilnException>(() => new NetworkEstimator(settings with { FeedForward = new() { Hidden = [16, 8] }, Training = training with { GradientClip = 0 } })
            .Fit(rows with { Features = new(rows.Features.Features, huge) }, null, new()));
        error.Message.ShouldContain("diverged");
        error.Message.ShouldContain("epoch ");
        error.Message.ShouldContain("batch ");
        error.Message.ShouldMatch("first in +(the gradient of|the output of|the weight) layers.");
        error.Message.ShouldContain("smaller learningRate");
    }

    [Fact]
    public void What_a_network_cannot_take_is_refused_by_its_name()
    {
        var rows = TrainingData.Make(50, 1);
        var missing = rows.Features.Values.ToArray();
        missing[4] = float.NaN;
        Should.Throw<KilnException>(() => new NetworkEstimator(settings).Fit(rows with { Features = new(rows.Features.Features, missing) }, null, new())).Message.ShouldContain("COUNT");
        var strange = TrainingData.MakeMixed(50, 1, LearningTask.MultiClass);
        var category = strange.Features.Values.ToArray();
        category[6] = 5;
        Should.Throw<KilnException>(() => new NetworkEstimator(settings).Fit(strange with { Features = new(strange.Features.Features, category) }, null, new())).Message.ShouldContain("KIND");
    }

    [Fact]
    public void Settings_out_of_range_are_refused()
    {
        foreach (var bad in new[]
        {
            With(training with { Epochs = 0 }), With(training with { Device = "gpu" }), settings with { FeedForward = new() { Hidden = [0] } }, settings with { FeedForward = new() { Dropout = 1 } },
        })
            Should.Throw<KilnException>(() => Estimators.Choose(new() { Network = bad }, TrainingData.Target)).Message.ShouldContain("out of its range");
        Should.Throw<KilnException>(() => Fit(new() { Convolutional = new(), Training = training })).Message.ShouldContain("28 × 28");
    }

    [Fact]
    public void Shorter_numbers_learn_nearly_the_same()
    {
        var chosen = training with { Epochs = 10 };
        var (whole, shorter) = (Fit(With(chosen)), Fit(With(chosen with { Precision = Precision.BFloat16 })));
        var (one, other) = (whole.Record.Epochs[^1], shorter.Record.Epochs[^1]);
        other.Validation["AUC ROC"].ShouldBeGreaterThan(0.97);
        other.ValidationLoss.ShouldBe(one.ValidationLoss, 0.03);
        other.TrainingLoss.ShouldNotBe(one.TrainingLoss);
        whole.Predictor.Dispose();
        shorter.Predictor.Dispose();
    }

    [Fact]
    public void Running_out_of_memory_says_which_batch_to_try()
    {
        var estimator = new NetworkEstimator(new() { Own = new() { Name = "hungry" }, Training = training }, shape => new Hungry(shape));
        var error = Should.Throw<KilnException>(() => estimator.Fit(TrainingData.Make(100, 1), null, new()));
        error.Message.ShouldContain("memory ran out");
        error.Message.ShouldContain("batchSize: 32 with accumulateBatches: 2");
    }

    [Fact]
    public void Asking_for_a_gpu_that_is_not_there_is_a_clear_error() =>
        Should.Throw<KilnException>(() => Fit(With(training with { Device = "cuda:99" }))).Message.ShouldContain("There is no CUDA device");

    [Fact]
    public void A_training_leaves_no_tensor_behind()
    {
        using var tracker = TensorTracker.Start();
        foreach (var task in new[] { LearningTask.MultiClass, LearningTask.Regression })
        {
            var rows = TrainingData.MakeMixed(300, 1, task);
            var chosen = new NetworkSettings { FtTransformer = new() { Blocks = 1, Dimensions = 8, Heads = 2 }, Training = training with { Epochs = 2, WeightDecay = 0.1 } };
            using var predictor = new NetworkEstimator(chosen).Fit(rows, rows, new() { CheckpointFolder = folder }).Predictor;
            predictor.Answers(rows);
        }
        tracker.Live.ShouldBeEmpty();
    }

    [Fact]
    public void A_saved_network_answers_the_same()
    {
        var rows = TrainingData.MakeMixed(300, 1, LearningTask.Regression);
        var estimator = new NetworkEstimator(new() { ResNet = new() { Blocks = 1, Width = 8 }, Training = training });
        using var predictor = estimator.Fit(rows, null, new()).Predictor;
        predictor.Save(folder);
        using var loaded = estimator.Load(new() { Features = rows.Features.Features, Target = rows.Target }, folder);
        loaded.Answers(rows).ShouldBe(predictor.Answers(rows));
    }

    /// <summary>Asks for more memory than there are addresses.</summary>
    sealed class Hungry : TableNetwork
    {
        readonly Linear linear;

        public Hungry(ModelShape shape)
            : base(shape.Target) => linear = AddChild("linear", new Linear(shape.Features.Length, 1));

        public override Tensor Forward(NetworkInput input)
        {
            Tensor.Empty([1L << 50]).Dispose();
            return Answer(linear.Forward(input.Numbers!));
        }
    }

    static NetworkSettings With(TrainingSettings chosen) => settings with { Training = chosen };

    static FittedPredictor Fit(NetworkSettings settings, int rows = 1001) => new NetworkEstimator(settings).Fit(TrainingData.Make(rows, 1), TrainingData.Make(400, 2), new());

    FittedPredictor Resumed(NetworkSettings settings, FitRows rows, out int brought)
    {
        var epochs = 0;
        var outcome = new NetworkEstimator(settings).Fit(rows, TrainingData.Make(400, 2), new() { CheckpointFolder = folder, OnResume = number => epochs = number });
        brought = epochs;
        return outcome;
    }

    FileSystemWatcher Watch(CancellationTokenSource cancellation, int steps)
    {
        var watcher = new FileSystemWatcher(folder) { EnableRaisingEvents = true };
        watcher.Renamed += (_, _) =>
        {
            if (Interlocked.Decrement(ref steps) == 0) cancellation.Cancel();
        };
        return watcher;
    }

    byte[] Bytes(FittedPredictor fitted)
    {
        var place = Directory.CreateDirectory(Path.Combine(folder, "saved")).FullName;
        fitted.Predictor.Save(place);
        return File.ReadAllBytes(Path.Combine(place, "weights.safetensors"));
    }
}
