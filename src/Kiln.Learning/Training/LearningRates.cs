using Kiln.Torch;

namespace Kiln.Learning.Training;

/// <summary>The schedule that settings ask for.</summary>
static class LearningRates
{
    public static LRScheduler Make(TrainingSettings settings, Optimizer optimizer)
    {
        var epochs = Math.Max(1, settings.Epochs - settings.WarmUpEpochs);
        LRScheduler main = settings.Scheduler switch
        {
            Schedule.Constant => new ConstantLR(optimizer),
            Schedule.Step => new StepLR(optimizer, Math.Max(1, (epochs + 2) / 3)),
            Schedule.Cosine => new CosineAnnealingLR(optimizer, epochs),
            _ => throw new ArgumentOutOfRangeException(nameof(settings), settings.Scheduler, "not a known schedule"),
        };
        if (settings.WarmUpEpochs == 0) return main;
        var warmUp = new LinearLR(optimizer, 0.1, 1, settings.WarmUpEpochs);
        return new SequentialLR(optimizer, warmUp, main, settings.WarmUpEpochs);
    }
}
