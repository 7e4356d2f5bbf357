using Kiln.Data;
using Kiln.Learning.Models;
using Kiln.Torch;

namespace Kiln.Learning.Training;

/// <summary>Every error of training, in one place.</summary>
static class TrainingErrors
{
    public static KilnException Diverged(Divergence found, TrainingSettings settings) => new(
        "The training diverged: the loss or its gradient is no longer a number.",
        [
            ("epoch", $"{found.Epoch}"), ("batch", $"{found.Batch}"), ("first in", found.Layer), ("loss", $"{found.Loss}"), ("gradient norm", $"{found.GradientNorm}"),
            ("learning rate", $"{settings.LearningRate}"), ("gradient clip", $"{settings.GradientClip}"),
        ],
        "Try a smaller learningRate, or gradientClip: 1.");

    public static KilnException OutOfMemory(TrainingSettings settings, TorchException exception) => new(
        "The device's memory ran out.",
        [("device", settings.Device), ("batch size", $"{settings.BatchSize}"), ("libtorch", exception.Message.Split('\n')[0])],
        $"Try batchSize: {Math.Max(2, settings.BatchSize / 2)} with accumulateBatches: {settings.AccumulateBatches * 2}, which makes steps of the same size; or a smaller network.",
        exception);

    public static KilnException NotRecorded(Device device, TorchException exception) => new(
        "The training's forward and backward pass cannot be recorded as a CUDA graph.",
        [("device", $"{device}"), ("libtorch", exception.Message.Split('\n')[0])],
        "Set training.cudaGraphs to false. What reads a result, or computes with other shapes from batch to batch, cannot be recorded.",
        exception);

    public static KilnException NothingCounts(int rows) => new(
        "No row counts: the weight of each, times its class's, is 0.", [("rows", $"{rows:#,0}")], "Give a class that has rows of a weight above 0 a weight above 0 in classWeights.");

    public static KilnException WeightsTooLarge(int rows, double sum) => new(
        "The weights of the rows, times their classes', are too large for single precision.", [("rows", $"{rows:#,0}"), ("sum", $"{sum:G4}"), ("at most", $"{Examples.MostWeight:G4}")],
        "Divide all weights by the same number: only their ratios matter.");

    public static KilnException TableChanged(Table table) => new(
        "A table changed while it was learned from.", [("table", $"{table}")], "Start again when nobody writes to it.");
}

/// <summary>Where a training left the numbers.</summary>
sealed record Divergence
{
    public required int Epoch { get; init; }

    public required long Batch { get; init; }

    public required double Loss { get; init; }

    public required double GradientNorm { get; init; }

    /// <summary>The first layer whose output, gradient or weight is not a number.</summary>
    public required string Layer { get; init; }
}
