using System.Collections.Immutable;
using System.ComponentModel.DataAnnotations;

namespace Kiln.Learning.Training;

/// <summary>How a feed-forward classifier is trained. The same settings, data, libtorch and thread count give the same bits.</summary>
[SettingsSection("train")]
public sealed record TrainingSettings
{
    /// <summary>How many times the training rows are gone through, at most.</summary>
    [Range(1, 100_000)]
    public int Epochs { get; init; } = 20;

    /// <summary>Rows a step.</summary>
    [Range(2, 1 << 24)]
    public int BatchSize { get; init; } = 64;

    /// <summary>Adam's step size in the first epoch after any warm-up.</summary>
    [Range(1e-8, 10.0)]
    public double LearningRate { get; init; } = 1e-3;

    /// <summary>AdamW's decoupled weight decay; 0 is plain Adam.</summary>
    [Range(0.0, 1.0)]
    public double WeightDecay { get; init; }

    /// <summary>The sizes of the hidden layers; none makes a logistic regression.</summary>
    public ImmutableArray<int> Hidden { get; init; } = [500];

    /// <summary>What follows each hidden layer.</summary>
    public Activation Activation { get; init; } = Activation.ReLU;

    /// <summary>The chance of each hidden unit to be dropped in a training step.</summary>
    [Range(0.0, 0.95)]
    public double Dropout { get; init; } = 0.2;

    /// <summary>Whether hidden layers are batch-normalized.</summary>
    public bool BatchNorm { get; init; }

    /// <summary>Where the random numbers start: weights, order of rows, dropout.</summary>
    [Range(0, int.MaxValue)]
    public int Seed { get; init; }

    /// <summary>How many epochs without improvement end the training; 0 never ends it early.</summary>
    [Range(0, 100_000)]
    public int Patience { get; init; } = 5;

    /// <summary>What counts as improvement on the validation rows. The best epoch's weights are the result.</summary>
    public ValidationMetric Monitor { get; init; } = ValidationMetric.Loss;

    /// <summary>How much more a positive row counts in the loss: PyTorch's pos_weight.</summary>
    [Range(1e-6, 1e6)]
    public double PositiveWeight { get; init; } = 1;

    /// <summary>The greatest norm of a step's gradient; 0 does not clip.</summary>
    [Range(0.0, 1e6)]
    public double GradientClip { get; init; }

    /// <summary>How the learning rate goes over the epochs.</summary>
    public Schedule Scheduler { get; init; } = Schedule.Constant;

    /// <summary>Epochs in which the rate rises from a tenth to its full value, before the schedule begins.</summary>
    [Range(0, 10_000)]
    public int WarmUpEpochs { get; init; }

    /// <summary>auto, cpu, cuda or cuda:number.</summary>
    [RegularExpression("auto|cpu|cuda(:[0-9]+)?")]
    public string Device { get; init; } = "auto";

    /// <summary>Threads an operator may use; the bits of the result depend on it, and so not on the machine's cores.</summary>
    [Range(1, 1024)]
    public int Threads { get; init; } = 1;
}

/// <summary>What follows a hidden layer.</summary>
public enum Activation
{
    /// <summary>max(0, x).</summary>
    ReLU,

    /// <summary>x where positive, else x / 100.</summary>
    LeakyReLU,

    /// <summary>x Φ(x).</summary>
    GELU,

    /// <summary>x σ(x).</summary>
    SiLU,

    /// <summary>The hyperbolic tangent.</summary>
    Tanh,
}

/// <summary>What early stopping watches.</summary>
public enum ValidationMetric
{
    /// <summary>The loss: less is better.</summary>
    Loss,

    /// <summary>Average precision: more is better.</summary>
    AveragePrecision,
}

/// <summary>How the learning rate goes over the epochs.</summary>
public enum Schedule
{
    /// <summary>It stays.</summary>
    Constant,

    /// <summary>A tenth after every third of the epochs.</summary>
    Step,

    /// <summary>Half a cosine down to 0 at the last epoch.</summary>
    Cosine,
}
