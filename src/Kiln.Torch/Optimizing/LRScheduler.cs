namespace Kiln.Torch;

/// <summary>
/// Sets an optimizer's learning rate by the epoch, in closed form: the rate depends on the epoch's number alone, so that a
/// resumed training needs nothing but that number. A schedule by optimizer steps is the same one, with <see cref="Step"/> called after
/// each of them and lengths given in steps.
/// </summary>
public abstract class LRScheduler
{
    readonly Optimizer optimizer;

    protected LRScheduler(Optimizer optimizer)
    {
        this.optimizer = optimizer;
        InitialRate = optimizer.InitialLearningRate;
    }

    /// <summary>How many epochs have ended.</summary>
    public int Epoch { get; private set; }

    /// <summary>The rate that the optimizer was made with.</summary>
    protected double InitialRate { get; }

    /// <summary>The rate of an epoch, counted from 0.</summary>
    public abstract double RateAt(int epoch);

    /// <summary>Ends an epoch: sets the next one's rate.</summary>
    public void Step() => MoveTo(Epoch + 1);

    /// <summary>Sets an epoch's rate: 0 before training, or the number of epochs done when resuming.</summary>
    public void MoveTo(int epoch)
    {
        Epoch = epoch;
        optimizer.LearningRate = RateAt(epoch);
    }
}

/// <summary>The rate stays.</summary>
public sealed class ConstantLR(Optimizer optimizer) : LRScheduler(optimizer)
{
    public override double RateAt(int epoch) => InitialRate;
}

/// <summary>The rate is multiplied by gamma every so many epochs.</summary>
public sealed class StepLR(Optimizer optimizer, int stepSize, double gamma = 0.1) : LRScheduler(optimizer)
{
    public override double RateAt(int epoch) => InitialRate * Math.Pow(gamma, epoch / stepSize);
}

/// <summary>The rate is multiplied by gamma every epoch.</summary>
public sealed class ExponentialLR(Optimizer optimizer, double gamma) : LRScheduler(optimizer)
{
    public override double RateAt(int epoch) => InitialRate * Math.Pow(gamma, epoch);
}

/// <summary>A warm-up: the rate goes in a straight line from one share of the initial rate to another, and stays there.</summary>
public sealed class LinearLR(Optimizer optimizer, double startFactor = 1.0 / 3, double endFactor = 1, int totalEpochs = 5) : LRScheduler(optimizer)
{
    public override double RateAt(int epoch) =>
        InitialRate * (startFactor + (endFactor - startFactor) * Math.Min(epoch, totalEpochs) / totalEpochs);
}

/// <summary>Half a cosine from the initial rate down to the least one (Loshchilov and Hutter 2017, without restarts).</summary>
public sealed class CosineAnnealingLR(Optimizer optimizer, int totalEpochs, double leastRate = 0) : LRScheduler(optimizer)
{
    public override double RateAt(int epoch) =>
        leastRate + (InitialRate - leastRate) * (1 + Math.Cos(Math.PI * epoch / totalEpochs)) / 2;
}

/// <summary>One schedule until an epoch, then another, which starts over from its epoch 0: a warm-up before a decay.</summary>
public sealed class SequentialLR(Optimizer optimizer, LRScheduler first, LRScheduler second, int milestone) : LRScheduler(optimizer)
{
    public override double RateAt(int epoch) => epoch < milestone ? first.RateAt(epoch) : second.RateAt(epoch - milestone);
}

/// <summary>
/// One cycle by steps (Smith and Topin 2018), as PyTorch has it with <c>cycle_momentum=False</c>: up from a share of the greatest rate
/// along half a cosine, then down to next to nothing, and there it stays.
/// </summary>
/// <param name="optimizer">Whose rate to set; the rate it was made with does not matter.</param>
/// <param name="greatestRate">The rate at the top.</param>
/// <param name="totalSteps">How long the cycle is.</param>
/// <param name="rising">The share of the cycle that goes up.</param>
/// <param name="startDivisor">The greatest rate over the first.</param>
/// <param name="endDivisor">The first rate over the last.</param>
public sealed class OneCycleLR(Optimizer optimizer, double greatestRate, int totalSteps, double rising = 0.3, double startDivisor = 25, double endDivisor = 1e4)
    : LRScheduler(optimizer)
{
    public override double RateAt(int epoch)
    {
        var first = greatestRate / startDivisor;
        var top = rising * totalSteps - 1;
        return top > 0 && epoch <= top
            ? Between(first, greatestRate, epoch / top)
            : Between(greatestRate, first / endDivisor, Math.Min(1, (epoch - top) / (totalSteps - 1 - top)));
    }

    static double Between(double from, double to, double share) => to + (from - to) / 2 * (1 + Math.Cos(Math.PI * share));
}
