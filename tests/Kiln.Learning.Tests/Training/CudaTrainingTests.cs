using Kiln.Learning.Models;
using Kiln.Learning.Networks;
using Kiln.Learning.Training;

namespace Kiln.Tests.Learning.Training;

[Collection(SerialTraining.Name)]
public sealed class CudaTrainingTests
{
    static readonly TrainingSettings training = new() { Epochs = 3, BatchSize = 64, LearningRate = 0.01, Seed = 7, Device = "cuda", GradientClip = 0.5, Patience = 0 };

    static readonly NetworkSettings feedForward = new() { FeedForward = new() { Hidden = [16, 8], Dropout = 0.1, BatchNorm = true, EmbeddingDimensions = 4 }, Training = training };

    static readonly NetworkSettings transformer = new() { FtTransformer = new() { Blocks = 2, Dimensions = 16, Heads = 4 }, Training = training };

    [CudaFact]
    public void Recorded_passes_have_the_losses_of_those_that_are_not()
    {
        foreach (var settings in new[] { feedForward, transformer, feedForward with { Training = training with { Precision = Precision.BFloat16 } } })
        {
            var (ordinary, recorded) = (Losses(settings), Losses(settings with { Training = settings.Training with { CudaGraphs = true } }));
            for (var i = 0; i < ordinary.Length; i++) recorded[i].ShouldBe(ordinary[i], Math.Abs(ordinary[i]) * 1e-5);
        }
    }

    [CudaFact]
    public void Deterministic_trainings_repeat_their_losses_to_the_bit()
    {
        foreach (var settings in new[] { feedForward, feedForward with { Training = training with { CudaGraphs = true } } }) Losses(settings).ShouldBe(Losses(settings));
    }

    [CudaFact]
    public void The_gpu_and_the_cpu_agree_where_nothing_is_drawn()
    {
        var plain = feedForward with { FeedForward = new() { Hidden = [16, 8], Dropout = 0, BatchNorm = true, EmbeddingDimensions = 4 } };
        var (there, here) = (Losses(plain), Losses(plain with { Training = training with { Device = "cpu" } }));
        for (var i = 0; i < here.Length; i++) there[i].ShouldBe(here[i], 0.01);
    }

    [CudaFact]
    public void A_divergence_on_the_gpu_is_told_with_its_batch_and_layer()
    {
        var rows = TrainingData.Make(600, 1);
        var huge = rows.Features.Values.ToArray();
        huge[3 * 250] = 3e38f;
        var chosen = new NetworkSettings { FeedForward = new() { Hidden = [16, 8] }, Training = training with { GradientClip = 0 } };
        var message = Should.Throw<KilnException>(() => Fit(chosen, rows with { Features = new(rows.Features.Features, huge) })).Message;
        message.ShouldMatch("batch +[1-9]");
        message.ShouldMatch("first in +(the gradient of|the output of|the weight) layers.");
    }

    [CudaFact]
    public void An_epoch_tells_the_gpus_memory_and_use()
    {
        var resources = Fit(feedForward, TrainingData.MakeMixed(1001, 1, LearningTask.MultiClass)).Epochs[0].Resources!;
        resources.GpuMemoryBytes.ShouldNotBeNull().ShouldBeGreaterThan(0);
        resources.GpuUtilization.ShouldNotBeNull().ShouldBeInRange(0, 100);
    }

    static double[] Losses(NetworkSettings settings) => [.. Fit(settings, TrainingData.MakeMixed(1001, 1, LearningTask.MultiClass)).Epochs.SelectMany(epoch => new[] { epoch.TrainingLoss, epoch.ValidationLoss, epoch.GradientNorm })];

    static FitRecord Fit(NetworkSettings settings, FitRows rows)
    {
        var (predictor, record) = new NetworkEstimator(settings).Fit(rows, rows, new());
        predictor.Dispose();
        return record;
    }
}
