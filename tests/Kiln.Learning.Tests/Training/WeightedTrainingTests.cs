using Kiln.Learning.Models;
using Kiln.Learning.Networks;
using Kiln.Learning.Training;

namespace Kiln.Tests.Learning.Training;

/// <summary>Rows that count nothing, or so much that single precision cannot hold it.</summary>
[Collection(SerialTraining.Name)]
public sealed class WeightedTrainingTests
{
    static readonly NetworkSettings settings = new()
    {
        FeedForward = new() { Hidden = [8], Dropout = 0 },
        Training = new() { Epochs = 4, BatchSize = 2, LearningRate = 0.01, Device = "cpu" },
    };

    [Theory]
    [InlineData(1, false)]
    [InlineData(3, false)]
    [InlineData(1, true)]
    public void A_batch_whose_rows_all_weigh_nothing_does_not_end_a_training(int accumulate, bool graphs)
    {
        var rows = TrainingData.Make(200, 1);
        // 9 of 10 rows: most batches of 2 have no other.
        var weighted = rows with { Weights = Enumerable.Range(0, 200).Select(row => row % 10 == 0 ? 1f : 0f).ToArray() };
        var chosen = settings with { Training = settings.Training with { AccumulateBatches = accumulate, CudaGraphs = graphs } };
        var (predictor, record) = new NetworkEstimator(chosen).Fit(weighted, weighted, new());
        using (predictor)
        {
            record.Epochs.Length.ShouldBe(4);
            record.Epochs.ShouldAllBe(epoch => double.IsFinite(epoch.TrainingLoss) && epoch.TrainingLoss > 0 && double.IsFinite(epoch.GradientNorm));
            predictor.Answers(rows).ShouldAllBe(answer => float.IsFinite(answer));
            record.Epochs[^1].ValidationLoss.ShouldBeLessThan(record.Epochs[0].ValidationLoss);
        }
    }

    [Fact]
    public void A_class_that_counts_nothing_does_not_end_a_training()
    {
        var rows = TrainingData.MakeMixed(300, 1, LearningTask.MultiClass);
        var (predictor, record) = new NetworkEstimator(settings with { Training = settings.Training with { ClassWeights = [1, 0, 1] } }).Fit(rows, rows, new());
        using var owned = predictor;
        record.Epochs.ShouldAllBe(epoch => double.IsFinite(epoch.TrainingLoss));
        // What was never told to be right is never answered.
        var answers = predictor.Answers(rows);
        Enumerable.Range(0, 300).Count(row => answers[(row * 3) + 1] > 0.5f).ShouldBe(0);
    }

    [Fact]
    public void Weights_of_which_all_are_0_or_whose_sum_is_too_large_are_refused()
    {
        var rows = TrainingData.Make(100, 1);
        var half = rows.Labels.ToArray();
        Fit(rows with { Weights = half }, [1, 0]).ShouldContain("No row counts");
        Fit(rows with { Weights = Enumerable.Repeat(1e25f, 100).ToArray() }, [1e10, 1]).ShouldContain("too large for single precision");

        string Fit(FitRows rows, double[] classes) =>
            Should.Throw<KilnException>(() => new NetworkEstimator(settings with { Training = settings.Training with { ClassWeights = [.. classes] } }).Fit(rows, null, new())).Message;
    }
}
