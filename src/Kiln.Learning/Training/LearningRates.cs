using Kiln.Torch;

namespace Kiln.Learning.Training;

/// <summary>The schedule that settings ask for, by steps of the optimizer.</summary>
static class LearningRates
{
    public static LRScheduler Make(TrainingSettings settings, Optimizer optimizer, long stepsPerEpoch)
    {
        var all = (int)Math.Min(int.MaxValue, settings.Epochs * stepsPerEpoch);
        var warmUp = (int)Math.Min(all, Math.Round(settings.WarmUpEpochs * stepsPerEpoch));
        var rest = Math.Max(1, all - warmUp);
        LRScheduler main = settings.Scheduler switch
        {
            Schedule.Constant => new ConstantLR(optimizer),
            Schedule.Step => new StepLR(optimizer, Math.Max(1, (rest + 2) / 3)),
            Schedule.Cosine => new CosineAnnealingLR(optimizer, rest),
            _ => throw new ArgumentOutOfRangeException(nameof(settings), settings.Scheduler, "not a known schedule"),
        };
        return warmUp == 0 ? main : new SequentialLR(optimizer, new LinearLR(optimizer, 1.0 / (warmUp + 1), 1, warmUp), main, warmUp);
    }
}
